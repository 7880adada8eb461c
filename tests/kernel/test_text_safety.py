"""Whatever an author types: nothing runs, nothing breaks the page, and nothing takes long."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from types import FrameType
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from byline.kernel import text
from byline.kernel.text import allowed, limits, parser, sanitiser

VOID = allowed.VOID | {"input"}


class Seen(HTMLParser):
    """Reads a page as a strict reader would: fails on a tag that does not fit."""

    def __init__(self, markup: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self._open: list[str] = []
        self.feed(markup)
        self.close()
        assert self._open == [], f"never closed: {self._open}"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def values(self, name: str) -> Iterator[str]:
        return (attributes[name] or "" for _, attributes in self.elements if name in attributes)


def assert_safe(markup: str) -> None:
    seen = Seen(markup)
    for tag, attributes in seen.elements:
        assert tag in allowed.TAGS
        for name, value in attributes.items():
            assert not name.startswith("on")
            assert name != "style"
            if name in ("href", "src", "cite"):
                assert_leads_nowhere_bad(tag, name, value or "")
    identities = list(seen.values("id"))
    assert len(identities) == len(set(identities))
    assert all(identity.startswith(allowed.ID_PREFIX) for identity in identities)


def assert_leads_nowhere_bad(tag: str, name: str, address: str) -> None:
    squeezed = re.sub(r"[\x00-\x20]", "", address)
    scheme = re.match(r"[A-Za-z][A-Za-z0-9+.-]*(?=:)", squeezed)
    assert scheme is None or scheme[0].lower() in allowed.URL_SCHEMES
    if name == "src":
        assert scheme is None
        assert not re.match(r"[/\\]{2}", squeezed), "A picture of another site"


PIECES = st.sampled_from([
    "# ", "## ", "*", "**", "_", "~~", "`", "```", "```python\n", "~~~", "> ", ">> ", "- ", "1. ", "- [ ] ",
    "- [x] ", "\n", "\n\n", "    ", "  \n", "\t", "[", "](", "]", "](/", ")", "![", "<", ">", "</", "/>", "<b>",
    "</b>", "<div>", "</div>", "<p>", "</p>", "<a href=\"", "\">", "<a name=x>", "<img src=", "<script>",
    "</script>", "<style>", "</style>", "<svg onload=1>", "</svg>", "<table>", "<td>", "<tr>", "</table>", "<li>",
    "<ul>", "</ul>", "<details>", "<summary>", "</summary>", "<iframe src=x>", "<!--", "-->", "<![CDATA[", "]]>",
    "<?", "?>", "<!x", "onclick=alert(1)", "style=x", "javascript:", "data:text/html,", "https://example.org",
    "www.a.org", "//x", "&", "&amp;", "&#106;", "&colon;", "\\", "'", "\"", "a", "-", ":--", "::: note",
    "::: tip t", ":::", "[^1]", "[^1]: ", "{#id}", "id=\"x\"", "id=main", "# x {#x}", "<x-y>", "<input>",
    "<textarea>", "<title>", "<math>", "<select>", "<h2>", "</h2>", "=", "---", "===", "b c", "字", "é", "\x00",
    "\ud800", "\ufeff", "\u202e", "\x0b", "\r", "<a id='x'>", "<button>", "<form action=/>", "<base href=//x>", "|",
    "||",
])  # fmt: skip
MARKDOWN = st.lists(PIECES, max_size=40).map("".join)


@settings(max_examples=400, deadline=None)
@given(MARKDOWN)
@example("<b><p></b>")
@example("<table><a><td></a></table>")
@example("<a><b><a>x</a></b></a>")
@example("[<a href=/>x](/y)</a>")
@example("- <div>\n\n</ul></div>\n")
def test_whatever_is_typed_comes_out_safe_and_balanced(source: str) -> None:
    assert_safe(text.render(source).html)


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=300))
def test_any_text_is_rendered_and_always_the_same_way(source: str) -> None:
    rendered = text.render(source)

    assert_safe(rendered.html)
    assert text.render(source) == rendered
    assert len(rendered.excerpt) <= 240
    rendered.html.encode("utf-8")


@settings(max_examples=150, deadline=None)
@given(MARKDOWN)
def test_what_passed_the_gate_passes_it_unchanged(source: str) -> None:
    """A gate that still finds something in its own work would have let something through."""
    once = text.render(source).html.replace(f'"{allowed.ID_PREFIX}', '"').replace(f'"#{allowed.ID_PREFIX}', '"#')

    assert sanitiser.clean(once) == text.render(source).html


@pytest.mark.parametrize(
    "source",
    [
        "<script>alert(1)</script>",
        "<ScRiPt src=//x.org/y.js></sCrIpT >",
        "text <script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "<svg><script>alert(1)</script></svg>",
        "<math><mi//xlink:href='data:x,<script>alert(1)</script>'>",
        "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
        "<a href='javascript:alert(1)'>x</a>",
        "<a href=' java\nscript:alert(1)'>x</a>",
        "<a href='&#106;avascript:alert(1)'>x</a>",
        "<a href='JaVaScRiPt&colon;alert(1)'>x</a>",
        "[x](javascript:alert(1))",
        "[x](<java\tscript:alert(1)>)",
        "[x](&#x6A;avascript&colon;alert(1))",
        "[x]: javascript:alert(1)\n\n[x]",
        "<javascript:alert(1)>",
        "![x](javascript:alert(1))",
        "[x](data:text/html;base64,PHNjcmlwdD4=)",
        "[x](vbscript:msgbox(1))",
        "<p style='background:url(javascript:alert(1))'>x</p>",
        "<style>@import 'javascript:alert(1)';</style>",
        "<base href='javascript:alert(1)//'>",
        "<form action='javascript:alert(1)'><button>x</button></form>",
        "<details ontoggle=alert(1) open>x</details>",
        "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
        "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=1 onerror=alert(1)&gt;'>",
        "```<img src=x onerror=alert(1)>\n```",
        "```x' onmouseover=alert(1)\n```",
        "| <script>alert(1)</script> |\n|---|\n",
        "# <img src=x onerror=alert(1)>",
        "::: note <script>alert(1)</script>\n:::",
        "[^<script>]\n\n[^<script>]: alert(1)",
        "![<script>alert(1)</script>](/x.png '<script>')",
        "<a href=\"https://x.org\" onclick='alert(1)' rel='opener'>x</a>",
    ],
)
def test_nothing_runs(source: str) -> None:
    rendered = text.render(source)

    assert_safe(rendered.html)
    assert "<script" not in rendered.html.lower()


@pytest.mark.parametrize(
    ("source", "wanted"),
    [
        ("<div>open\n\nnext", "<div>open\n<p>next</p>\n</div>"),
        ("</div></main></body>\n\ntext", "<p>text</p>"),
        ("- <div>in the item\n- next", "<ul><li><div>in the item\n</div></li>\n<li>next</li>\n</ul>"),
        ("a <b>bold *and</b> both* c", "<p>a <b>bold <em>and both</em> c</b></p>"),
        ("*a <b>b* c</b>", "<p><em>a <b>b</b></em> c</p>"),
        ("words <div>inside</div>", "<p>words inside</p>"),
        ("<div><dl><dt>one<dd>two</div>", "<div><dl><dt>one</dt><dd>two</dd></dl></div>"),
        ("<h1>x</h1>\n<p><strike>y</strike></p>", "<h2>x</h2>\n<p><s>y</s></p>"),
        ("<ul><li>one<li>two</ul>", "<ul><li>one</li><li>two</li></ul>"),
        ("<!-- gone -->\n\nstays", "<p>stays</p>"),
        ("text <!-- gone --> stays", "<p>text  stays</p>"),
        ("<center>middle</center>", "middle"),
        ("<input name=x> <button>b</button>", "<p> b</p>"),
        ("<h2 class='fs-1' id=a>x</h2>", '<h2 id="t-a">x</h2>'),
        ("<p id=a>x</p>\n<p id=a>y</p>", '<p id="t-a">x</p>\n<p>y</p>'),
        ("<kbd>Ctrl</kbd>+<kbd>C</kbd>", "<p><kbd>Ctrl</kbd>+<kbd>C</kbd></p>"),
    ],
)
def test_html_of_the_author_is_balanced_and_cleaned(source: str, wanted: str) -> None:
    assert text.render(source).html.strip() == wanted


def test_markdown_goes_on_inside_html() -> None:
    rendered = text.render("<details><summary>More</summary>\n\nInside *it*\n\n</details>\n\nafter")

    assert rendered.html.strip() == (
        "<details><summary>More</summary>\n<p>Inside <em>it</em></p>\n</details>\n<p>after</p>"
    )


def test_footnotes_stand_outside_of_what_the_author_left_open() -> None:
    assert "</div><section" in text.render("<div>\n\na[^1]\n\n[^1]: b").html


def test_the_ids_a_page_needs_are_safe_from_its_texts() -> None:
    assert 'id="t-main"' in text.render("# main").html
    assert 'id="t-main"' in text.render("<p id=main>x</p>").html


# Each of these is repeated until the text is as long as wanted. All were slow somewhere once.
HOSTILE = (
    "[", "*", "_a ", "`", "`a``b", "~~a", "a*b", "**a ", "*a _b ", "<", "<a ", "<b>", "</b>", "<!--", "<?", "<![CDATA[",
    "[a](", "[a](<b", '[a](b "', "![", "![a](", "[^a", "[^a]", "&", "&#", "\\", "]", ")]", "http://", "www.a.", "<svg>",
    "<script>", "<p><b>", "<td>", "<i>a", "<a><b>", "'", "<a href='", "[[a]]", "[a][b]", "> ", "- ", "1. ", "# a\n",
    "- a\n", "> a\n", "a\n\n", "::: note\n", ":::\n", "|a", "|\n", "```c\na\n```\n", "[a]: b\n", "a\n===\n", "{#a}",
    "<div>\n\n", "<b x>\n\n", "- - ",
)  # fmt: skip
WHOLE = {
    "brackets within brackets": lambda size: "[" * (size // 2) + "]" * (size // 2),
    "one long address, referred to again and again": lambda size: (
        f"[a]: /{'x' * (size // 2)}\n\n" + "[a]" * (size // 6)
    ),
    "a footnote's name without an end": lambda size: "[^a]: x\n\n" + "[^a" * (size // 3),
    "words marked up through every block": lambda size: (
        "".join(f"<b id={number}>" for number in range(size // 20)) + "\n\n" + "<p>x\n\n" * (size // 12)
    ),
    "a quote that is never left": lambda size: ">" * 50 + "a\n" * (size // 2),
    "attributes without an end": lambda size: "<a" + " x" * (size // 2),
}
SHAPES: dict[str, Callable[[int], str]] = {
    **{repr(piece): lambda size, piece=piece: piece * (size // len(piece)) for piece in HOSTILE},  # type: ignore[misc]
    **WHOLE,
}


def effort(source: str) -> int:
    """How many functions are called to render a text: a measure of time that is the same on every machine."""
    calls = 0

    def count(_frame: FrameType, event: str, _argument: Any) -> None:
        nonlocal calls
        calls += event in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        text.render(source)
    finally:
        sys.setprofile(before)
    return calls


@pytest.mark.parametrize("shape", SHAPES)
def test_a_text_twice_as_long_takes_twice_the_effort_at_most(shape: str) -> None:
    make = SHAPES[shape]
    effort(make(100))

    short, long = effort(make(1_000)), effort(make(2_000))

    assert long <= 2.4 * short + 1_000
    assert long <= 500 * 2_000


@pytest.mark.parametrize("shape", SHAPES)
def test_a_text_grows_only_so_much_in_writing(shape: str) -> None:
    source = SHAPES[shape](2_000)

    growth = len(text.render(source).html) / len(source)

    assert growth < 100


def test_a_few_signs_do_not_make_tables_without_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MAX_CELLS", 100)
    table = "|" + "a|" * 50 + "\n|" + "-|" * 50 + "\n" + "|\n" * 10 + "\n"

    rendered = text.render(table * 5).html

    assert rendered.count("<table>") == 1


def test_the_reader_never_tries_more_than_its_steps() -> None:
    source = "[a](*b " * 2_000
    env = {"steps": 500}

    tokens = parser.make().parse(source, env)

    assert env["steps"] > -50
    words = "".join(child.content for token in tokens for child in token.children or ())
    assert words.endswith("[a](*b")


def test_beyond_the_depth_a_text_is_shown_as_it_was_typed() -> None:
    rendered = text.render("> " * 60 + "deep").html

    assert rendered.count("<blockquote>") == limits.MAX_BLOCK_DEPTH
    assert "&gt; deep" in rendered
    assert_safe(rendered)


def test_beyond_the_looks_at_its_lines_a_text_is_shown_as_it_was_typed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MAX_LOOKS", 30)

    rendered = text.render("a\n\nb\n\nc\n\n# d\n\ne").html

    assert rendered.startswith("<p>a</p>\n<p>b</p>\n<p>c</p>\n<pre")
    assert "# d\n\ne" in rendered


def test_elements_within_elements_end_somewhere() -> None:
    source = "".join(f"<span title={number}>" for number in range(500)) + "in" + "*a **b " * 300 + "c** d*" * 300

    rendered = text.render(source).html

    assert rendered.count("<span") <= limits.MAX_DEPTH
    assert_safe(rendered)


def test_addresses_end_somewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MAX_ADDRESSES_CHARACTERS", 100)
    rendered = text.render(f"[a]: /{'x' * 40}\n\n" + "[a] " * 10).html

    assert rendered.count("<a ") == 2
    assert text.render(f"[long](/{'x' * limits.MAX_ADDRESS_CHARACTERS})").html == "<p>long</p>\n"


def test_code_is_coloured_as_far_as_it_is_worth_waiting_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MAX_CODES_CHARACTERS", 12)
    rendered = text.render("```python\nx = 1\n```\n" * 3).html

    assert rendered.count('<span class="n">') == 2
    assert rendered.count('data-language="python"') == 3


@pytest.mark.parametrize(
    "code",
    [
        "x = 1\n" * (limits.MAX_CODE_CHARACTERS // 6 + 1),
        "x" * (limits.MAX_CODE_LINE + 1),
        "x" + "\n" * (limits.MAX_BLANK_LINES + 2) + "y",
    ],
)
def test_code_that_nobody_wrote_by_hand_stays_plain(code: str) -> None:
    assert "<span" not in text.render(f"```python\n{code}\n```").html
