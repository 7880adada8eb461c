"""From tokens to HTML: what markdown-it writes by itself, and our own way with headings, code, tables and pictures."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict

from byline.kernel.text import code
from byline.kernel.text.pictures import Pictures, is_here
from byline.kernel.text.words import spoken


class Writer(RendererHTML):
    """Writes one text. A method is called for the tokens of its name."""

    def __init__(self, pictures: Pictures) -> None:
        super().__init__()
        self._pictures = pictures
        self._links: list[bool] = []

    def heading_open(self, tokens: Sequence[Token], at: int, options: OptionsDict, env: EnvType) -> str:
        """A heading with its id."""
        token = tokens[at]
        return f'<h{token.meta["level"]} id="{escape(str(token.attrGet("id")))}">'

    def heading_close(self, tokens: Sequence[Token], at: int, options: OptionsDict, env: EnvType) -> str:
        """The link to a heading stands behind its words."""
        opening = tokens[at - 2]
        label = escape(f"Link to “{opening.meta['words']}”" if opening.meta["words"] else "Link to this section")
        link = f'<a class="anchor" href="#{escape(str(opening.attrGet("id")))}" aria-label="{label}"></a>'
        return f" {link}</h{opening.meta['level']}>\n"

    def fence(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        """Code between fences, coloured."""
        return code.block(tokens[idx].content, tokens[idx].info)

    def code_block(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        """Indented code."""
        return code.block(tokens[idx].content)

    def table_open(self, tokens: Sequence[Token], at: int, options: OptionsDict, env: EnvType) -> str:
        """A table that scrolls by itself when it is wider than the text, also by keyboard."""
        return '<div class="table-scroll" role="group" tabindex="0" aria-label="Table">\n<table>\n'

    def table_close(self, tokens: Sequence[Token], at: int, options: OptionsDict, env: EnvType) -> str:
        """The end of a table and of what it scrolls in."""
        return "</table>\n</div>\n"

    def th_open(self, tokens: Sequence[Token], at: int, options: OptionsDict, env: EnvType) -> str:
        """A cell of the head."""
        return _cell(tokens[at], ' scope="col"')

    def td_open(self, tokens: Sequence[Token], at: int, options: OptionsDict, env: EnvType) -> str:
        """A cell."""
        return _cell(tokens[at])

    def link_open(self, tokens: Sequence[Token], at: int, options: OptionsDict, env: EnvType) -> str:
        """A link; one that leads elsewhere gets no hold on this page's window."""
        token = tokens[at]
        address = str(token.attrGet("href") or "")
        self._links.append(True)
        title = f' title="{escape(str(token.attrGet("title")))}"' if token.attrGet("title") else ""
        away = "" if is_here(address) or address.startswith("mailto:") else ' rel="noopener"'
        return f'<a href="{escape(address)}"{title}{away}>'

    def link_close(self, tokens: Sequence[Token], at: int, options: OptionsDict, env: EnvType) -> str:
        """The end of a link."""
        if self._links:
            self._links.pop()
        return "</a>"

    def image(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        """A picture, or a link to it."""
        token = tokens[idx]
        address, alt = str(token.attrGet("src") or ""), spoken(token.children or ())
        if not is_here(address) and not self._links:
            return self._pictures.link(address, alt)
        return self._pictures.element(address, alt, str(token.attrGet("title") or ""))

    def paragraph_open(self, tokens: Sequence[Token], at: int, options: OptionsDict, env: EnvType) -> str:
        """A paragraph; a titled picture that stands alone is a figure."""
        if _is_figure(tokens[at : at + 3]):
            return "<figure>"
        return self.renderToken(tokens, at, options, env)

    def paragraph_close(self, tokens: Sequence[Token], at: int, options: OptionsDict, env: EnvType) -> str:
        """The end of a paragraph, or of a figure after its caption."""
        if _is_figure(tokens[at - 2 : at + 1]):
            picture = (tokens[at - 1].children or [Token("image", "", 0)])[0]
            return f"<figcaption>{escape(str(picture.attrGet('title')))}</figcaption></figure>\n"
        return self.renderToken(tokens, at, options, env)

    def footnote_ref(self, tokens: Sequence[Token], at: int, options: OptionsDict, env: EnvType) -> str:
        """The mark of a footnote in the text."""
        number, again = tokens[at].meta["id"] + 1, tokens[at].meta["subId"]
        return (
            f'<sup class="footnote-ref"><a href="#fn-{number}" id="{_mark(number, again)}" '
            f'aria-label="Footnote {number}">{number}</a></sup>'
        )

    def footnote_block_open(self, tokens: Sequence[Token], at: int, options: OptionsDict, env: EnvType) -> str:
        """The footnotes at the end of a text."""
        return '<section class="footnotes" aria-label="Footnotes">\n<ol>\n'

    def footnote_block_close(self, tokens: Sequence[Token], at: int, options: OptionsDict, env: EnvType) -> str:
        """The end of the footnotes."""
        return "</ol>\n</section>\n"

    def footnote_open(self, tokens: Sequence[Token], at: int, options: OptionsDict, env: EnvType) -> str:
        """One footnote."""
        return f'<li id="fn-{tokens[at].meta["id"] + 1}">'

    def footnote_close(self, tokens: Sequence[Token], at: int, options: OptionsDict, env: EnvType) -> str:
        """The end of one footnote."""
        return "</li>\n"

    def footnote_anchor(self, tokens: Sequence[Token], at: int, options: OptionsDict, env: EnvType) -> str:
        """The way back from a footnote to each of its marks."""
        number, again = tokens[at].meta["id"] + 1, tokens[at].meta["subId"]
        back = f'href="#{_mark(number, again)}" aria-label="Back to the text"'
        return f' <a class="footnote-back" {back}>↩\ufe0e</a>'


def _mark(number: int, again: int) -> str:
    return f"fn-{number}-back" + (f"-{again + 1}" if again else "")


def _cell(token: Token, more: str = "") -> str:
    style = str(token.attrGet("style") or "")
    aligned = f' class="align-{style.removeprefix("text-align:")}"' if style else ""
    return f"<{token.tag}{aligned}{more}>"


def _is_figure(paragraph: Sequence[Token]) -> bool:
    if len(paragraph) != 3 or paragraph[0].hidden:
        return False
    children = paragraph[1].children or ()
    if len(children) != 1 or children[0].type != "image":
        return False
    return bool(children[0].attrGet("title")) and is_here(str(children[0].attrGet("src")))
