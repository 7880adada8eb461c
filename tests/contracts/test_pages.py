"""What every page carries and what none may carry."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

import lxml.html
import pytest
from lxml.html import HtmlElement

from tests.contracts.access import SETS_A_COOKIE
from tests.contracts.routes import open_page, readable
from tests.contracts.world import World

pytestmark = pytest.mark.once
VIEWERS = ("stranger", "ada", "administrator", "unconfirmed")
BROKEN = ("/no/such/page", "/@nobody", "/tag/none?before=x", "/%00", "/%ff", "/@ada/no-such-post")
RESOURCES = {
    "img": "src",
    "script": "src",
    "iframe": "src",
    "embed": "src",
    "object": "data",
    "source": "src",
    "audio": "src",
    "video": "src",
    "use": "href",
    "image": "href",
    "form": "action",
}
LOADING_LINKS = {"stylesheet", "icon", "preload", "modulepreload", "prefetch", "preconnect", "dns-prefetch", "manifest"}
DATA_BLOCKS = {"application/ld+json", "application/json"}
Complaint = Callable[[HtmlElement], Iterator[str]]
FRAGMENTS = frozenset({"social.card"})
"""Parts that a script puts into a page; alone they are no document."""


def inline_code(page: HtmlElement) -> Iterator[str]:
    """What the content security policy would refuse."""
    for element in page.iter(lxml.etree.Element):
        if element.tag == "style" or "style" in element.attrib:
            yield f"<{element.tag}> has a style of its own"
        yield from (f"<{element.tag}> has {name}" for name in element.attrib if name.startswith("on"))
        if element.tag == "script" and not element.get("src") and element.get("type") not in DATA_BLOCKS:
            yield "there is an inline script"
        if element.get("href", "").strip().lower().startswith("javascript:"):
            yield f"a link runs {element.get('href')!r}"


def foreign_resources(page: HtmlElement) -> Iterator[str]:
    """What a browser would fetch from, or send to, another site."""
    for element in page.iter(lxml.etree.Element):
        address = element.get(RESOURCES[element.tag], "") if element.tag in RESOURCES else ""
        if element.tag == "link" and LOADING_LINKS & set(element.get("rel", "").split()):
            address = element.get("href", "")
        addresses = [address, *(part.split()[0] for part in element.get("srcset", "").split(",") if part.strip())]
        yield from (f"<{element.tag}> loads {one}" for one in addresses if not _is_ours(one))


def forms_without_token(page: HtmlElement) -> Iterator[str]:
    """Forms that would be refused, or that put a token into an address."""
    for form in page.iter("form"):
        tokens = form.xpath(".//input[@name='csrf_token' and @value!='']")
        if form.get("method", "get").lower() == "post" and len(tokens) != 1:
            yield f"the form to {form.get('action')!r} carries {len(tokens)} tokens"
        if form.get("method", "get").lower() == "get" and tokens:
            yield f"the form to {form.get('action')!r} would show its token in the address"


def sloppy_markup(page: HtmlElement) -> Iterator[str]:
    """What screen readers and search engines stumble over."""
    if not page.get("lang"):
        yield "no language"
    if not (page.findtext(".//title") or "").strip():
        yield "no title"
    headings = page.findall(".//h1")
    if len(headings) != 1:
        yield f"{len(headings)} main headings"
    if len(page.findall(".//main")) != 1:
        yield "not one <main>"
    names = [element.get("id") for element in page.iter(lxml.etree.Element) if element.get("id") is not None]
    yield from (f"the id {name!r} twice" for name in sorted({name for name in names if names.count(name) > 1}))
    yield from (f"no alt at {image.get('src')}" for image in page.iter("img") if image.get("alt") is None)
    for part in page.xpath("//@aria-labelledby | //@aria-describedby | //@aria-controls | //label/@for"):
        yield from (f"nothing has the id {name!r}" for name in part.split() if name not in names)


def links_with_opener(page: HtmlElement) -> Iterator[str]:
    """New windows that could steer this one."""
    for link in page.xpath("//a[@target='_blank']"):
        if urlsplit(link.get("href", "")).netloc and "noopener" not in link.get("rel", ""):
            yield f"the link to {link.get('href')} opens a window without noopener"


@pytest.mark.parametrize("viewer", VIEWERS)
@pytest.mark.parametrize(
    "complaints", [inline_code, foreign_resources, forms_without_token, sloppy_markup, links_with_opener]
)
def test_no_page_carries(guarded_world: World, viewer: str, complaints: Complaint) -> None:
    wrong = [
        f"{address}: {complaint}"
        for address, page in pages(guarded_world, viewer, but=FRAGMENTS if complaints is sloppy_markup else frozenset())
        for complaint in sorted(set(complaints(page)))
    ]
    assert wrong == []


def test_a_page_for_strangers_has_no_token_unless_it_has_a_form(guarded_world: World) -> None:
    plain = [route.address for route in readable(guarded_world) if route.endpoint not in SETS_A_COOKIE]
    browser = guarded_world.browser("stranger")
    assert [address for address in plain if b"csrf" in open_page(browser, address).data] == []


def pages(world: World, viewer: str, *, but: frozenset[str]) -> Iterator[tuple[str, HtmlElement]]:
    """Every page the viewer can come to, refusals among them, `but` those of some endpoints."""
    browser = world.browser(viewer)
    for address in [*(route.address for route in readable(world) if route.endpoint not in but), *BROKEN]:
        answer = open_page(browser, address)
        if answer.mimetype == "text/html" and answer.data and not 300 <= answer.status_code < 400:
            yield f"{address} ({answer.status_code})", lxml.html.document_fromstring(answer.text)


def _is_ours(address: str) -> bool:
    parts = urlsplit(address.strip())
    return parts.scheme in ("", "data", "blob") and not parts.netloc
