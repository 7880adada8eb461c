"""What a text may hold once it is HTML. Whatever is not named here is left out."""

from __future__ import annotations

from pygments.token import STANDARD_TYPES


def _words(lines: str) -> frozenset[str]:
    return frozenset(lines.split())


ID_PREFIX = "t-"
"""Stands before every id of a text, so that a heading called "Comments" is not taken for a part of the page."""

PHRASING = _words(
    """a abbr b bdi bdo br cite code del dfn em i img ins kbd mark q rp rt ruby s samp small span strong sub sup time u
    var wbr"""
)
"""Elements that may stand among the words of a paragraph."""

VOID = _words("br col hr img wbr")
"""Elements without an end."""

NO_BLOCKS = PHRASING | _words("h1 h2 h3 h4 h5 h6 p")
"""Elements that end where a block begins."""

RAW_TAGS = NO_BLOCKS | _words(
    """aside blockquote caption col colgroup dd details div dl dt figcaption figure hr li ol pre section summary table
    tbody td tfoot th thead tr ul"""
)
"""What authors may write themselves; other elements of HTML are left out."""

TAGS = RAW_TAGS | {"input"}

SILENT = _words(
    "embed iframe math noembed noframes noscript object script select style svg template textarea title xmp"
)
"""Elements that are left out together with what they hold."""

LEFT_OUT = SILENT | _words(
    """acronym address applet area article audio base basefont bgsound big blink body button canvas center data datalist
    dialog dir fieldset font footer form frame frameset head header hgroup html image input keygen label legend link
    listing main map marquee menu menuitem meta meter nav nobr optgroup option output param picture plaintext portal
    progress rb rtc search slot source spacer track video"""
)
"""Elements that browsers know and texts do without; what they hold stays."""

RENAMED = {"h1": "h2", "strike": "s", "tt": "code"}
"""Elements that stand for another: the page has its one `h1` already, and the others are out of use."""

KNOWN = RAW_TAGS | LEFT_OUT
"""Every element of HTML; other words between angle brackets are words."""

ATTRIBUTES: dict[str, set[str]] = {
    "*": {"id", "lang", "title", "aria-label", "aria-labelledby", "aria-describedby"},
    "a": {"href", "hreflang", "rel"},
    "blockquote": {"cite"},
    "col": {"span"},
    "colgroup": {"span"},
    "del": {"cite", "datetime"},
    "details": {"open"},
    "img": {"src", "alt", "width", "height"},
    "input": {"checked", "disabled"},
    "ins": {"cite", "datetime"},
    "li": {"value"},
    "ol": {"start", "reversed"},
    "pre": {"data-language"},
    "q": {"cite"},
    "td": {"colspan", "rowspan", "headers"},
    "th": {"colspan", "rowspan", "headers", "scope"},
    "time": {"datetime"},
}

_DIRECTIONS = {"dir": {"ltr", "rtl", "auto"}}
ATTRIBUTE_VALUES: dict[str, dict[str, set[str]]] = {
    "bdo": _DIRECTIONS,
    "blockquote": _DIRECTIONS,
    "div": {"role": {"group"}, "tabindex": {"0"}, **_DIRECTIONS},
    "img": {"loading": {"lazy"}, "decoding": {"async"}},
    "input": {"type": {"checkbox"}},
    "ol": {"type": {"1", "a", "A", "i", "I"}},
    "p": _DIRECTIONS,
    "pre": {"tabindex": {"0"}},
    "span": _DIRECTIONS,
}

_ALIGNED = {"align-left", "align-center", "align-right"}
CLASSES: dict[str, set[str]] = {
    "a": {"anchor", "footnote-back", "elsewhere", "mention"},
    "aside": {"note", "note-note", "note-tip", "note-warning", "note-danger"},
    "div": {"table-scroll"},
    "figure": {"wide"},
    "input": {"task-list-item-checkbox"},
    "li": {"task-list-item"},
    "ol": {"contains-task-list"},
    "p": {"note-title"},
    "pre": {"code"},
    "section": {"footnotes"},
    "span": {name for name in STANDARD_TYPES.values() if name},
    "sup": {"footnote-ref"},
    "td": _ALIGNED,
    "th": _ALIGNED,
    "ul": {"contains-task-list"},
}

RELATIONS = frozenset({"noopener", "nofollow ugc noopener"})
"""What a link to another site may say of itself; what authors write there is left out before."""

URL_SCHEMES = {"http", "https", "mailto", "tel", "xmpp", "matrix", "geo"}
