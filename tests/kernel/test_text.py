"""Markdown as authors write it, HTML as readers get it."""

from __future__ import annotations

import re

import pytest

from byline.kernel import text
from byline.kernel.errors import Invalid
from byline.kernel.text import ImageSize, limits

PICTURE = "/media/ab/cd/picture.png"


def html(source: str, **sizes: ImageSize) -> str:
    known = {PICTURE: ImageSize(1600, 900), "/media/small.png": ImageSize(300, 200)}
    return text.render(source, image_size=known.get).html.strip()


@pytest.mark.parametrize(
    ("source", "wanted"),
    [
        ("*a* **b** ~~c~~ `d`", "<p><em>a</em> <strong>b</strong> <s>c</s> <code>d</code></p>"),
        ("a  \nb\nc", "<p>a<br>\nb\nc</p>"),
        ("3. three\n4. four", '<ol start="3"><li>three</li>\n<li>four</li>\n</ol>'),
        ("> quote", "<blockquote><p>quote</p>\n</blockquote>"),
        ("a\n\n---\n\nb", "<p>a</p>\n<hr>\n<p>b</p>"),
        ("&copy; &amp; <", "<p>© &amp; &lt;</p>"),
        ("Vec<T> and <unknown-tag>", "<p>Vec&lt;T&gt; and &lt;unknown-tag&gt;</p>"),
    ],
)
def test_plain_markdown(source: str, wanted: str) -> None:
    assert html(source) == wanted


@pytest.mark.parametrize(
    ("source", "address"),
    [
        ("see https://example.org/a_b?x=1.", "https://example.org/a_b?x=1"),
        ("(https://example.org/a_(b))", "https://example.org/a_(b)"),
        ("**https://example.org**", "https://example.org"),
        ("at www.example.org, there", "https://www.example.org"),
        ("<https://example.org>", "https://example.org"),
    ],
)
def test_a_bare_address_becomes_a_link_without_the_punctuation_around_it(source: str, address: str) -> None:
    assert f'<a href="{address}" rel="noopener">' in html(source)


@pytest.mark.parametrize(
    "source", ["xhttps://example.org", "http://", "https://nodots", "`https://example.org`", "www."]
)
def test_what_only_looks_like_an_address_stays_text(source: str) -> None:
    assert "<a" not in html(source)


def test_links_within_the_site_have_no_relation() -> None:
    assert html("[home](/@ada/hello) [mail](mailto:ada@example.org)") == (
        '<p><a href="/@ada/hello">home</a> <a href="mailto:ada@example.org">mail</a></p>'
    )


def test_headings_get_ids_that_stay_and_are_never_given_twice() -> None:
    rendered = text.render("## One\n\n## One\n\n## Ünï & 日本\n\n## !!!\n\n## Own {#my-id}\n\n## One {#x}\n")

    assert [heading.anchor for heading in rendered.toc] == [
        "t-one", "t-one-2", "t-uni-日本", "t-section", "t-my-id", "t-x"
    ]  # fmt: skip
    for heading in rendered.toc:
        assert f'id="{heading.anchor}"' in rendered.html
        assert f'href="#{heading.anchor}"' in rendered.html
    assert "{#" not in rendered.html


def test_a_heading_carries_a_link_with_a_label() -> None:
    assert html("## The *long* way") == (
        '<h2 id="t-the-long-way">The <em>long</em> way '
        '<a class="anchor" href="#t-the-long-way" aria-label="Link to “The long way”"></a></h2>'
    )


@pytest.mark.parametrize(
    ("typed", "levels"),
    [((1, 2, 1), (2, 3, 2)), ((2, 3), (2, 3)), ((3, 3, 4), (2, 2, 3)), ((2, 4, 3, 2), (2, 3, 3, 2)), ((1, 6), (2, 3))],
)
def test_headings_follow_the_title_of_the_page_without_a_gap(typed: tuple[int, ...], levels: tuple[int, ...]) -> None:
    rendered = text.render("\n".join(f"{'#' * level} x" for level in typed))

    assert tuple(heading.level for heading in rendered.toc) == levels
    assert tuple(map(int, re.findall(r"<h(\d)", rendered.html))) == levels


def test_a_heading_leaves_the_id_to_an_anchor_its_author_wrote() -> None:
    rendered = html('<a name="install"></a>\n\n## Install\n\n[there](#install)\n')

    assert '<a id="t-install"></a>' in rendered
    assert '<h2 id="t-install-2">' in rendered
    assert '<a href="#t-install">there</a>' in rendered


def test_a_table_scrolls_by_itself_and_by_keyboard() -> None:
    assert html("| a | b |\n|---|--:|\n| 1 | 2 |") == (
        '<div class="table-scroll" role="group" tabindex="0" aria-label="Table">\n<table>\n<thead><tr>'
        '<th scope="col">a</th>\n<th class="align-right" scope="col">b</th>\n</tr>\n</thead>\n<tbody><tr><td>1</td>\n'
        '<td class="align-right">2</td>\n</tr>\n</tbody>\n</table>\n</div>'
    )


def test_an_empty_cell_of_the_head_names_no_column_and_raw_tables_scroll_too() -> None:
    assert "<thead><tr><td></td>\n<th scope" in html("| | b |\n|---|---|\n| 1 | 2 |")
    raw = html("<table><tr><td><table><tr><td>in</table></table>\n\nafter")
    assert raw.startswith('<div class="table-scroll" role="group" tabindex="0" aria-label="Table">\n<table>')
    assert raw.endswith("</table></div>\n<p>after</p>")
    assert raw.count("table-scroll") == 1


def test_tasks_are_boxes_that_say_whether_they_are_done() -> None:
    rendered = html("- [x] write\n- [ ] publish\n")

    assert '<ul class="contains-task-list"><li class="task-list-item">' in rendered
    assert rendered.count('type="checkbox"') == rendered.count('disabled=""') == 2
    assert 'aria-label="Done" checked=""' in rendered
    assert 'aria-label="Not done"' in rendered


def test_footnotes_lead_there_and_back() -> None:
    rendered = html("One[^a] and again[^a].\n\n[^a]: The *note*.\n")

    assert (
        '<sup class="footnote-ref"><a href="#t-fn-1" id="t-fn-1-back" aria-label="Footnote 1">1</a></sup>' in rendered
    )
    assert '<section class="footnotes" aria-label="Footnotes">\n<ol>\n<li id="t-fn-1"><p>The <em>note</em>.' in rendered
    assert rendered.count('aria-label="Back to the text"') == 2
    assert 'href="#t-fn-1-back-2"' in rendered


@pytest.mark.parametrize(
    ("source", "kind", "title"),
    [
        ("::: note\nText\n:::", "note", "Note"),
        ("::: tip Be *kind*\nText\n:::", "tip", "Be <em>kind</em>"),
        (":::warning\nText\n:::", "warning", "Warning"),
        ("::: DANGER\nText", "danger", "Danger"),
        ("> [!CAUTION]\n> Text", "danger", "Caution"),
        ("> [!important]\n> Text", "note", "Important"),
    ],
)
def test_a_note_has_a_kind_and_a_title(source: str, kind: str, title: str) -> None:
    assert html(source) == f'<aside class="note note-{kind}"><p class="note-title">{title}</p>\n<p>Text</p>\n</aside>'


def test_notes_nest_hold_blocks_and_end_with_what_they_stand_in() -> None:
    rendered = html(
        "::: note\n- item\n\n::: tip\ninner\n:::\n\nstill outer\n:::\n\n- ::: tip\n  in the item\n\nafter\n"
    )

    assert rendered.count("<aside") == rendered.count("</aside>") == 3
    assert "<p>still outer</p>\n</aside>" in rendered
    assert rendered.endswith("<p>after</p>")
    assert html("::: other\nText\n:::").startswith("<p>::: other")


def test_code_is_coloured_by_classes_and_can_be_scrolled_by_keyboard() -> None:
    assert html("```python\nx = '<'\n```") == (
        '<pre class="code" tabindex="0" data-language="python"><code><span class="n">x</span> <span class="o">=</span> '
        "<span class=\"s1\">'&lt;'</span>\n</code></pre>"
    )


@pytest.mark.parametrize("source", ["```nonesuch\n<a>\n```", "    <a>\n", "```\n<a>\n```"])
def test_code_of_no_known_language_stays_plain(source: str) -> None:
    assert "<code>&lt;a&gt;\n</code></pre>" in html(source)


def test_a_picture_has_its_size_and_waits_until_it_is_near() -> None:
    assert html("See ![a *red* square](/media/small.png)") == (
        '<p>See <img src="/media/small.png" alt="a red square" width="300" height="200" loading="lazy" '
        'decoding="async"></p>'
    )


def test_a_picture_alone_with_a_title_is_a_figure_and_a_wide_one_may_be_wider_than_the_text() -> None:
    assert html('![alt](/media/small.png "A title")').startswith('<figure><img src="/media/small.png" alt="alt"')
    assert html('![alt](/media/small.png "A title")').endswith("<figcaption>A title</figcaption></figure>")
    assert html(f"![alt]({PICTURE})").startswith('<figure class="wide"><img')
    assert "<figcaption>" not in html(f"![alt]({PICTURE})")
    assert html("![alt](/media/small.png)").startswith("<p><img")


@pytest.mark.parametrize("address", ["https://example.org/a.png", "//example.org/a.png", "http://x.org/a.png"])
def test_a_picture_of_another_site_becomes_a_link(address: str) -> None:
    link = f'<p><a class="elsewhere" href="{address}" rel="noopener">A boat</a></p>'

    assert html(f"![A boat]({address})") == link
    assert html(f'<p><img src="{address}" alt="A boat"></p>') == link
    assert text.render(f"![A boat]({address})").first_image is None


def test_a_picture_of_another_site_inside_a_link_leaves_its_words() -> None:
    assert html("[![build](https://ci.org/x.svg)](https://ci.org)") == (
        '<p><a href="https://ci.org" rel="noopener">build</a></p>'
    )


def test_the_first_picture_of_this_site_is_told() -> None:
    assert text.render(f"![x](https://example.org/x.png) ![a]({PICTURE}) ![b](/b.png)").first_image == PICTURE


def test_words_and_minutes_are_counted_in_every_script() -> None:
    assert text.render("one two-three don't 4.5\n\n- five").word_count == 5
    assert text.render("日本語の文").word_count == 5
    assert text.render("").reading_minutes == 1
    assert text.render("word " * 1150).reading_minutes == 5
    assert text.render("字" * 1500).reading_minutes == 3


def test_the_excerpt_is_the_beginning_without_marks() -> None:
    source = "# Title\n\n![p](/p.png)\n\nFirst *words*[^1] with `code`\nand [more](/x).\n\nSecond.\n\n[^1]: Note.\n"

    assert text.render(source).excerpt == "First words with code and more. Second."


def test_a_long_excerpt_is_cut_between_words() -> None:
    excerpt = text.render("lorem ipsum, " * 50).excerpt

    assert len(excerpt) <= 240
    assert excerpt.endswith(("ipsum…", "lorem…"))


def test_a_text_without_paragraphs_is_excerpted_from_what_it_has() -> None:
    assert text.render("- one\n- two\n").excerpt == "one two"
    assert text.render("<p>Raw <b>words</b></p>\n").excerpt == "Raw words"
    assert text.render("").excerpt == ""


def test_plain_is_what_would_be_read_aloud() -> None:
    rendered = text.render("## A\n\nb *c*[^1]d\n\n| e | f |\n|---|---|\n| g | h |\n\n<script>no</script>\n\n[^1]: i\n")

    assert text.plain(rendered.html) == "A b cd e f g h i"


def test_a_text_that_is_too_long_is_refused_with_a_sentence() -> None:
    with pytest.raises(Invalid, match="500,001 characters") as refusal:
        text.render("x" * (limits.MAX_CHARACTERS + 1))

    assert "body" in refusal.value.fields
    with pytest.raises(Invalid, match="lines"):
        text.render("\n" * (limits.MAX_LINES + 1))


def test_what_no_database_stores_is_replaced() -> None:
    assert html("a\0b\ud800c") == "<p>a\ufffdb\ufffdc</p>"
    assert html("a\r\nb\rc") == "<p>a\nb\nc</p>"


def test_a_picture_stays_as_narrow_as_its_author_typed_and_never_grows() -> None:
    def size(_: str) -> text.ImageSize:
        return text.ImageSize(600, 400)

    narrow = text.render('<img src="/media/a.png" alt="" width="200" height="999">', image_size=size).html
    assert 'width="200" height="133"' in narrow
    grown = text.render('<img src="/media/a.png" alt="" width="9000">', image_size=size).html
    assert 'width="600" height="400"' in grown
