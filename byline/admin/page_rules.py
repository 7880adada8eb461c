"""What a page of the site's own may be called, and where it may be."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from byline.kernel import site, text, tidy
from byline.kernel.errors import Invalid

LONGEST_TITLE = 80
LONGEST_SLUG = 60
LONGEST_BODY = 200_000
MOST_PAGES = 30


@dataclass(frozen=True, slots=True)
class Draft:
    """A page as somebody typed it."""

    title: str
    slug: str
    body: str


@dataclass(frozen=True, slots=True)
class Starter:
    """A page that many sites have, to begin with."""

    title: str
    why: str
    body: str


STARTERS: Mapping[str, Starter] = {
    "about": Starter(
        "About",
        "Who runs this site, and for whom.",
        "Who we are, what this site is for, and how to reach us.\n",
    ),
    site.CODE_OF_CONDUCT: Starter(
        "Code of conduct",
        "What members may expect of one another. It is linked where people join and where something is reported.",
        "Everybody here writes under their own name or one they chose. We want it to stay a good place for that.\n\n"
        "- Speak about what was said, not about who said it.\n"
        "- Say where a text, a picture or an idea comes from.\n"
        "- Do not publish anything about others that they would not publish themselves.\n"
        "- No insults, no threats, no advertising dressed up as a comment.\n\n"
        "## When something goes wrong\n\n"
        "Report it: every post, comment and profile has a link for that. Moderators read it, and nobody else learns "
        "who reported it. They may hide what breaks these rules, say why, and shut members out for a time or for good. "
        "Whoever thinks that a decision was wrong can answer it.\n",
    ),
    "privacy": Starter(
        "Privacy",
        "What is kept about visitors and members.",
        "## Visitors\n\nReading needs no account, and nothing is loaded from other companies' servers.\n\n"
        "## Members\n\nWe keep your e-mail address, what you write, and which browsers you are logged in with. "
        "You can take all of it along or delete it under Settings.\n\n"
        "## Who is responsible\n\nName, address and e-mail of whoever runs this site.\n",
    ),
}


def checked(draft: Draft, taken: Collection[str]) -> Draft:
    """The page tidied, with an address made from its title where none was typed; Invalid, by field.

    `taken` are first parts of addresses that lead elsewhere.
    """
    title, wrong = tidy.one_line(draft.title), {}
    if not title or tidy.length(title) > LONGEST_TITLE:
        wrong["title"] = f"A title has 1 to {LONGEST_TITLE} characters."
    slug = draft.slug.strip().strip("/") or text.slugify(title, "page")[:LONGEST_SLUG].strip("-")
    if slug != text.slugify(slug, "") or len(slug) > LONGEST_SLUG:
        wrong["slug"] = f"Use up to {LONGEST_SLUG} small letters and digits, with single hyphens between words."
    elif slug in taken:
        wrong["slug"] = f"/{slug} leads somewhere else already. Choose another address."
    if not draft.body.strip():
        wrong["body"] = "Write what the page says."
    elif tidy.length(draft.body) > LONGEST_BODY:
        wrong["body"] = f"A page has at most {LONGEST_BODY:,} characters."
    if wrong:
        raise Invalid.of(wrong, "page-refused")
    return Draft(title, slug, draft.body)
