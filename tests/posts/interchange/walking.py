"""A reader who follows every link of every post within the site, and looks at every picture."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from html import unescape
from urllib.parse import unquote, urljoin, urlsplit

from flask.testing import FlaskClient

_REFERENCE = re.compile(r"""<(a|img)\s[^>]*?\b(?:href|src)=["']([^"']*)["']""")
_ID = re.compile(r"""\sid=["']?([^\s"'>]+)""")


@dataclass(slots=True)
class Walk:
    """What the reader saw: how many links and pictures of the site worked, and which did not."""

    client: FlaskClient
    links: int = 0
    pictures: int = 0
    anchors: int = 0
    broken: list[str] = field(default_factory=list)
    _pages: dict[str, str | None] = field(default_factory=dict)

    def through(self, posts: Iterable[tuple[str, str]]) -> Walk:
        """Follow what is in these posts, each an address and its HTML."""
        for address, html in posts:
            for kind, raw in _REFERENCE.findall(html):
                self._follow(address, kind, unescape(raw))
        return self

    def _follow(self, address: str, kind: str, reference: str) -> None:
        target = urlsplit(urljoin(f"http://localhost{address}", reference))
        if target.netloc != "localhost" or target.scheme != "http":
            return
        page = self._page(target.path, is_picture=kind == "img")
        if page is None:
            self.broken.append(f"{address}: {reference} is not there")
        elif target.fragment and unquote(target.fragment) not in _ID.findall(page):
            self.broken.append(f"{address}: {reference} has no such heading")
        self.pictures += kind == "img"
        self.links += kind == "a"
        self.anchors += bool(target.fragment)

    def _page(self, path: str, *, is_picture: bool) -> str | None:
        if path not in self._pages:
            answer = self.client.get(path, follow_redirects=True)
            good = answer.status_code == 200 and (not is_picture or str(answer.mimetype).startswith("image/"))
            readable = str(answer.mimetype).startswith("text/")
            self._pages[path] = (answer.get_data(as_text=True) if readable else "") if good else None
            answer.close()
        return self._pages[path]
