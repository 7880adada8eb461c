"""Where things are: the one address of every page, and what is meant by an address written differently."""

from __future__ import annotations

import unicodedata
from urllib.parse import quote

from flask import url_for

from byline.accounts import rules
from byline.accounts.models import User
from byline.posts.models import Post
from byline.web import context

LONGEST_NAME = 200


def of_post(post: Post) -> str:
    """The path of a post. `post.author` must be loaded."""
    return url_for("pages.post", username=post.author.username, slug=post.slug)


def of_person(person: User) -> str:
    """The path of a profile."""
    return url_for("pages.profile", username=person.username)


def of_picture(key: str) -> str:
    """The path of a stored picture."""
    return url_for("media.show", key=key)


def absolute(path: str) -> str:
    """The path with the site's public address before it."""
    return context.current().settings.url + path


def username_key(written: str) -> str:
    """The key of the username that is meant, wide letters made plain; empty for what no username is."""
    return rules.username_key(unicodedata.normalize("NFKC", plain_name(written)))


def plain_name(written: str) -> str:
    """The text if a name in an address could be written so, otherwise nothing: no controls, not too long."""
    return written if len(written) <= LONGEST_NAME and written.isprintable() else ""


def slug(written: str) -> str:
    """The slug that is meant: composed and in small letters."""
    return unicodedata.normalize("NFC", plain_name(written)).lower()


def quoted(path: str) -> str:
    """The path as it stands in a Location header."""
    return quote(path, safe="/@!$&'()*+,;=:~-._")
