"""From tokens to HTML. What is written here passes the gate unchanged; the gate is for what was overlooked."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from html import escape

from markdown_it.token import Token

from byline.kernel.text import addresses, furniture, limits, raw_html
from byline.kernel.text.code import Colours
from byline.kernel.text.mentions import Mentions
from byline.kernel.text.nesting import Nesting
from byline.kernel.text.pictures import Pictures, link_to
from byline.kernel.text.raw_tags import RawTags
from byline.kernel.text.words import spoken

Write = Callable[[Token], str]
NOBODY_CALLED = ("a", "code", "kbd", "pre", "samp", "var")
"""Elements that an author may open by a tag and that hold no mention."""


class Writer:
    """Writes one text, token by token."""

    def __init__(self, found: Pictures, mentions: Mentions) -> None:
        self._pictures = found
        self._mentions = mentions
        self._nesting = Nesting()
        self._raw = RawTags(self._nesting, self._shown_picture)
        self._budget = limits.MAX_ADDRESSES_CHARACTERS
        self._starts: Mapping[str, Write] = {**furniture.STARTS, "link_open": self._link}
        self._singles: Mapping[str, Write] = {**furniture.SINGLES, **self._own_singles(Colours())}

    def write(self, tokens: Sequence[Token]) -> str:
        """The whole text as HTML."""
        furniture.prepare(tokens)
        written = [self._token(token) for token in tokens]
        return "".join(written) + self._nesting.close_everything()

    def _own_singles(self, colours: Colours) -> dict[str, Write]:
        return {
            "code_block": lambda token: colours.block(token.content),
            "fence": lambda token: colours.block(token.content, token.info),
            "html_block": lambda token: "".join(map(self._raw.write, raw_html.pieces(token.content))),
            "html_inline": lambda token: "".join(map(self._raw.write, raw_html.pieces(token.content))),
            "image": self._image,
            "inline": lambda token: "".join(map(self._token, token.children or ())),
            "mention": lambda token: self._mentions.write(token, may_link=not self._is_silent()),
        }

    def _token(self, token: Token) -> str:
        if token.nesting < 0:
            return self._end(token)
        ends = self._ends_before(token)
        return ends + (self._start(token) if token.nesting else self._singles[token.type](token))

    def _ends_before(self, token: Token) -> str:
        """What the author's own tags must give way to: footnotes stand outside of all, blocks outside of words."""
        if token.type == "footnote_block_open":
            return self._nesting.close_everything()
        # A block of HTML may be any tag, also one that stands among words.
        is_block = token.block and token.type not in ("inline", "html_block")
        return self._nesting.begin_block() if is_block else ""

    def _start(self, token: Token) -> str:
        start = self._starts.get(token.type, furniture.start)(token)
        is_shown = bool(start) and not token.hidden and not self._nesting.is_full
        self._nesting.enter(token.tag, furniture.ENDS.get(token.type, f"</{token.tag}>"), is_shown=is_shown)
        return start if is_shown else ""

    def _end(self, token: Token) -> str:
        inside = furniture.BEFORE_ENDS.get(token.type)
        ends = self._nesting.leave(inside(token) if inside else "")
        return ends + "\n" if token.block and not token.hidden else ends

    def _link(self, token: Token) -> str:
        """A link; one that leads elsewhere gets no hold on this page's window."""
        address, title = str(token.attrGet("href") or ""), str(token.attrGet("title") or "")
        if not self._affords(address, title) or not addresses.is_safe(address) or self._nesting.is_inside("a"):
            return ""
        hint = f' title="{escape(title)}"' if title else ""
        return f'<a href="{escape(address)}"{hint}{self._relation(address)}>'

    def _relation(self, address: str) -> str:
        return addresses.relation(address)

    def _image(self, token: Token) -> str:
        alt = spoken(token.children or ())
        return self._shown_picture(str(token.attrGet("src") or ""), alt, str(token.attrGet("title") or ""))

    def _shown_picture(self, address: str, alt: str, title: str = "", typed_size: str = "") -> str:
        """A picture of this site, a link to one of another, or its words alone where no link may stand."""
        if not self._affords(address, alt + title):
            return escape(alt)
        if addresses.is_here(address):
            return self._pictures.element(address, alt, title, typed_size=typed_size)
        if self._nesting.is_inside("a") or not addresses.is_safe(address):
            return escape(alt)
        return link_to(address, alt)

    def _is_silent(self) -> bool:
        """Whether a name here calls nobody: no link stands in another, and code speaks of something else."""
        return any(map(self._nesting.is_inside, NOBODY_CALLED))

    def _affords(self, address: str, words: str) -> bool:
        """Whether the text may still spend so many characters on addresses."""
        self._budget -= len(address) + len(words)
        return len(address) <= limits.MAX_ADDRESS_CHARACTERS and self._budget >= 0
