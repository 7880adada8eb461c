"""The smaller Markdown of comments: nobody's answer is louder than the next, and no link in it earns anything."""

from __future__ import annotations

from html import escape

from markdown_it.token import Token

from byline.kernel.text import addresses
from byline.kernel.text.words import spoken
from byline.kernel.text.writer import Writer

AWAY = ' rel="nofollow ugc noopener"'
"""What a link to another site says to search engines (rel=ugc), and to the page behind it."""


class CommentWriter(Writer):
    """Writes one comment, token by token. Lines end where their author ended them."""

    def _token(self, token: Token) -> str:
        return "<br>\n" if token.type == "softbreak" else super()._token(token)

    def _relation(self, address: str) -> str:
        return AWAY if addresses.relation(address) else ""

    def _shown_picture(self, address: str, alt: str, title: str = "", typed_size: str = "") -> str:  # noqa: ARG002  (as in posts, which show them)
        """A picture is a link with its words: the page of another's post is no place to hang one."""
        words = escape(alt or address)
        if not self._affords(address, alt + title) or not addresses.is_safe(address) or self._nesting.is_inside("a"):
            return words
        return f'<a href="{escape(address)}"{self._relation(address)}>{words}</a>'

    def _image(self, token: Token) -> str:
        return self._shown_picture(str(token.attrGet("src") or ""), spoken(token.children or ()))
