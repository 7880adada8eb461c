"""Calling somebody by name, and the smaller Markdown of comments."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import pytest

from byline.kernel import text
from byline.kernel.text import mentions

MEMBERS = {"ada": "Ada", "ada_b": "Ada_B", "grace.h": "Grace.H", "jo_": "jo_"}


def find(names: Iterable[str]) -> Mapping[str, str]:
    return {name: MEMBERS[name] for name in names if name in MEMBERS}


def html(source: str) -> str:
    return text.render(source, members=find).html.strip()


def link(name: str, typed: str = "") -> str:
    return f'<a class="mention" href="/@{name}">@{typed or name}</a>'


@pytest.mark.parametrize(
    ("source", "wanted"),
    [
        ("@ada", link("Ada", "ada")),
        ("Thanks, @Ada.", f"Thanks, {link('Ada')}."),
        ("(@ada_b)", f"({link('Ada_B', 'ada_b')})"),
        (".@ada!", f".{link('Ada', 'ada')}!"),
        ("@grace.h.", f"{link('Grace.H', 'grace.h')}."),
        ("Thanks @ada.Bye", f"Thanks {link('Ada', 'ada')}.Bye"),
        ("**@ada**", f"<strong>{link('Ada', 'ada')}</strong>"),
        ("_hello @ada_", f"<em>hello {link('Ada', 'ada')}</em>"),
        ("@jo_ is here", f"{link('jo_')} is here"),
        ("@nobody", "@nobody"),
    ],
)
def test_a_member_called_by_name_is_linked(source: str, wanted: str) -> None:
    assert html(source) == f"<p>{wanted}</p>"


@pytest.mark.parametrize(
    "source",
    [
        "`@ada`",
        "```\n@ada\n```",
        "    @ada",
        "[@ada](/about)",
        "[about @ada and *@ada*](/about)",
        "<a href='/x'>@ada</a>",
        "<code>@ada</code>",
        "https://example.org/@ada",
        "<https://example.org/@ada>",
        "mail@ada.example",
        "\\@ada",
        "@ada@example.org",
        "@adä",
        "@ada__b",
    ],
)
def test_code_links_and_addresses_call_nobody(source: str) -> None:
    assert "mention" not in html(source)
    assert text.mentioned(source, members=find) == ()


def test_members_are_asked_once_for_all_names() -> None:
    asked = []

    def count(names: Iterable[str]) -> Mapping[str, str]:
        asked.append(list(names))
        return {}

    text.render("@ada and @grace.h\n\n- @ada", members=count)
    assert asked == [["ada", "grace.h", "grace"]]


def test_a_text_without_names_asks_nobody() -> None:
    text.render("Nobody.", members=lambda _: pytest.fail("nobody was called"))


def test_whom_a_text_calls_is_whom_it_links() -> None:
    source = "@ada.Bye and @nobody, @Grace.H and @ada again"
    assert text.render(source, members=find).mentions == ("ada", "grace.h")
    assert text.mentioned(source, members=find) == ("ada", "grace.h")
    assert text.mentioned("@Ada and @nobody") == ("ada", "nobody")


def test_only_so_many_names_are_looked_for() -> None:
    asked: list[str] = []

    def note(names: Iterable[str]) -> Mapping[str, str]:
        asked.extend(names)
        return {}

    text.render(" ".join(f"@m{number}" for number in range(500)), members=note)
    assert len(asked) == mentions.MOST


def test_without_members_a_name_is_a_word() -> None:
    assert text.render("Hello @ada").html == "<p>Hello @ada</p>\n"
    assert text.render("# Hello @ada").toc[0].text == "Hello @ada"
    assert text.render("Hello @ada").excerpt == "Hello @ada"


@pytest.mark.parametrize(
    ("source", "wanted"),
    [
        ("*a* **b** ~~c~~ `d`", "<p><em>a</em> <strong>b</strong> <s>c</s> <code>d</code></p>"),
        ("one\ntwo", "<p>one<br>\ntwo</p>"),
        ("> quote", "<blockquote><p>quote</p>\n</blockquote>"),
        ("- a\n- b", "<ul><li>a</li>\n<li>b</li>\n</ul>"),
        ("# Loud", "<p># Loud</p>"),
        ("Loud\n====", "<p>Loud<br>\n====</p>"),
        ("a | b\n--|--\n1 | 2", "<p>a | b<br>\n--|--<br>\n1 | 2</p>"),
        ("<b>x</b><script>y</script>", "<p>&lt;b&gt;x&lt;/b&gt;&lt;script&gt;y&lt;/script&gt;</p>"),
        ("![A lamp](/media/lamp.png)", '<p><a href="/media/lamp.png">A lamp</a></p>'),
        ("[x](javascript:alert(1))", "<p>[x](javascript:alert(1))</p>"),
        ("![x](javascript:alert(1))", "<p>![x](javascript:alert(1))</p>"),
        ("@ada", f"<p>{link('Ada', 'ada')}</p>"),
    ],
)
def test_comments_know_less_markdown(source: str, wanted: str) -> None:
    assert text.render_comment(source, members=find).html.strip() == wanted


@pytest.mark.parametrize(
    "source",
    ["https://example.org/", "[x](https://example.org/)", "![x](https://example.org/x.png)", "<https://example.org/>"],
)
def test_links_to_other_sites_earn_nothing(source: str) -> None:
    assert 'rel="nofollow ugc noopener"' in text.render_comment(source).html


def test_links_within_the_site_are_plain() -> None:
    assert text.render_comment("[x](/about)").html == '<p><a href="/about">x</a></p>\n'


def test_a_comment_gives_no_ids() -> None:
    source = "# A\n\nb[^1]\n\n[^1]: c\n\n<p id='main'>d</p>\n\n::: tip\ne\n:::\n"
    assert ' id="' not in text.render_comment(source).html


def test_quotes_within_quotes_end_somewhere() -> None:
    rendered = text.render_comment(">" * 60 + " deep").html
    assert rendered.count("<blockquote>") <= 20
    assert "deep" in rendered
