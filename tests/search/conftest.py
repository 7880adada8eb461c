"""Posts that are written through the service, as their words come into the index with them, and one word to search."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlencode

import lxml.html
import pytest
from flask import Flask
from flask.testing import FlaskClient
from lxml.html import HtmlElement

from byline.accounts.models import User
from byline.kernel.db import Database
from byline.posts import service
from byline.posts.content import Content
from byline.posts.models import Post
from tests.factories import MakeUser

Publish = Callable[..., Post]


@dataclass(frozen=True, slots=True)
class Page:
    """What a search answered."""

    status: int
    html: HtmlElement

    @property
    def titles(self) -> list[str]:
        """The titles of the posts, the best first."""
        return [title.text_content().strip() for title in self.html.find_class("card-title")]

    @property
    def people(self) -> list[str]:
        return [link.get("href") for place in self.html.find_class("search-people") for link in place.iter("a")]

    @property
    def tags(self) -> list[str]:
        return [
            link.text_content() for place in self.html.find_class("search-names") for link in place.find_class("tag")
        ]

    @property
    def marked(self) -> list[str]:
        return [mark.text_content() for mark in self.html.iter("mark")]

    @property
    def text(self) -> str:
        return " ".join(self.html.get_element_by_id("main").text_content().split())

    def facet(self, title: str) -> dict[str, int]:
        """The values under a heading, with their counts."""
        for section in self.html.xpath("//aside//section"):
            if section.findtext("h2") == title:
                links = section.xpath(".//a")
                return {link[0].text_content(): int(link[1].text_content()) for link in links}
        return {}


def search(browser: FlaskClient, q: str = "", **more: object) -> Page:
    """Ask the page as a browser does."""
    answer = browser.get(f"/search?{urlencode({'q': q, **more})}", headers={"Accept": "text/html"})
    return Page(answer.status_code, lxml.html.document_fromstring(answer.text))


def titles(browser: FlaskClient, q: str, **more: object) -> list[str]:
    return search(browser, q, **more).titles


@pytest.fixture
def publish(app: Flask, database: Database, make_user: MakeUser) -> Publish:
    """Write and publish a post: `publish("On lamps", "A lamp.", author=ada, tags=("light",))`."""
    writers: list[User] = []

    def write(title: str, body: str = "Some words.", *, author: User | None = None, tags: tuple[str, ...] = ()) -> Post:
        if author is None and not writers:
            writers.append(make_user("scribe"))
        actor = (author or writers[0]).actor
        with database.unit_of_work():
            post = service.create(actor, Content(title=title, body=body, tags=tags))
            return service.publish(actor, post.id)

    return write
