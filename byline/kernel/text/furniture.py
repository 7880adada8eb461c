"""How the parts of a text look in HTML that need nothing but their token: lists, tables, notes, footnotes, headings."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from html import escape

from markdown_it.token import Token

Write = Callable[[Token], str]

_ALERTS = {"NOTE": "note", "TIP": "tip", "IMPORTANT": "note", "WARNING": "warning", "CAUTION": "danger"}
"""GitHub's kinds of `> [!NOTE]` and ours."""


TABLE_START = '<div class="table-scroll" role="group" tabindex="0" aria-label="Table">\n'
TABLE_END = "</div>"
"""Around a table, so that one wider than the text scrolls by itself, also by keyboard."""


def prepare(tokens: Sequence[Token]) -> None:
    """Make an empty cell in the head of a table a plain one: it names no column."""
    for at, token in enumerate(tokens):
        if token.type == "th_open" and not tokens[at + 1].content.strip():
            token.type, token.tag = "td_open", "td"
            tokens[at + 2].type, tokens[at + 2].tag = "td_close", "td"


def start(token: Token) -> str:
    """The start tag of a token as the reader left it."""
    attributes = "".join(f' {name}="{escape(str(value))}"' for name, value in token.attrs.items())
    return f"<{token.tag}{attributes}>"


def _list_item(token: Token) -> str:
    if "checked" not in token.meta:
        return "<li>"
    state = 'aria-label="Done" checked' if token.meta["checked"] else 'aria-label="Not done"'
    return f'<li class="task-list-item"><input class="task-list-item-checkbox" type="checkbox" disabled {state}> '


def _alignment(token: Token) -> str:
    style = str(token.attrGet("style") or "")
    return f' class="align-{style.removeprefix("text-align:")}"' if style else ""


def _caption(token: Token) -> str:
    caption = token.meta["caption"]
    return f"<figcaption>{escape(caption)}</figcaption>" if caption else ""


def _heading_link(token: Token) -> str:
    words = token.meta["words"]
    label = f"Link to “{words}”" if words else "Link to this section"
    return f' <a class="anchor" href="#{escape(token.meta["id"])}" aria-label="{escape(label)}"></a>'


def _footnote_mark(token: Token) -> str:
    number = token.meta["id"] + 1
    link = f'href="#fn-{number}" id="{_back(token)}" aria-label="Footnote {number}"'
    return f'<sup class="footnote-ref"><a {link}>{number}</a></sup>'


def _footnote_back(token: Token) -> str:
    return f' <a class="footnote-back" href="#{_back(token)}" aria-label="Back to the text">↩\ufe0e</a>'


def _back(token: Token) -> str:
    number, again = token.meta["id"] + 1, token.meta["subId"]
    return f"fn-{number}-back" + (f"-{again + 1}" if again else "")


STARTS: Mapping[str, Write] = {
    "alert_open": lambda token: f'<aside class="note note-{_ALERTS[token.info]}">',
    "alert_title_open": lambda _: '<p class="note-title">',
    "figure_open": lambda token: '<figure class="wide">' if token.meta["wide"] else "<figure>",
    "footnote_block_open": lambda _: '<section class="footnotes" aria-label="Footnotes">\n<ol>\n',
    "footnote_open": lambda token: f'<li id="fn-{token.meta["id"] + 1}">',
    "list_item_open": _list_item,
    "table_open": lambda _: f"{TABLE_START}<table>\n",
    "td_open": lambda token: f"<td{_alignment(token)}>",
    "th_open": lambda token: f'<th{_alignment(token)} scope="col">',
}
"""Start tags that differ from what the reader left."""

ENDS: Mapping[str, str] = {
    "alert_open": "</aside>",
    "footnote_block_open": "</ol>\n</section>",
    "footnote_open": "</li>",
    "table_open": f"</table>\n{TABLE_END}",
}
"""What ends what was begun, where it is not the token's own tag."""

BEFORE_ENDS: Mapping[str, Write] = {
    "figure_close": _caption,
    "heading_close": _heading_link,
}
"""What comes last inside an element."""

SINGLES: Mapping[str, Write] = {
    "code_inline": lambda token: f"<code>{escape(token.content, quote=False)}</code>",
    "footnote_anchor": _footnote_back,
    "footnote_ref": _footnote_mark,
    "hardbreak": lambda _: "<br>\n",
    "hr": lambda _: "<hr>\n",
    "softbreak": lambda _: "\n",
    "text": lambda token: escape(token.content, quote=False),
}
"""What has neither start nor end."""
