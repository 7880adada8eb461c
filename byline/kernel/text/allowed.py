"""What a text may hold once it is HTML. Whatever is not named here is left out."""

from __future__ import annotations

from pygments.token import STANDARD_TYPES

ID_PREFIX = "t-"
"""Stands before every id of a text, so that a heading called "Comments" is not taken for a part of the page."""

TAGS = frozenset(
    """
    a abbr aside b bdi bdo blockquote br caption cite code col colgroup dd del details dfn div dl dt em figcaption
    figure h1 h2 h3 h4 h5 h6 hr i img input ins kbd li mark ol p pre q rp rt ruby s samp section small span strong
    sub summary sup table tbody td tfoot th thead time tr u ul var wbr
    """.split()
)

DROPPED_WITH_CONTENT = frozenset(
    "script style iframe object embed noscript noembed noframes template textarea select title svg math xmp".split()
)

ATTRIBUTES: dict[str, set[str]] = {
    "*": {"id", "lang", "title", "aria-label", "aria-labelledby", "aria-describedby"},
    "a": {"href", "hreflang", "rel"},
    "abbr": set(),
    "bdo": set(),
    "blockquote": {"cite"},
    "col": {"span"},
    "colgroup": {"span"},
    "del": {"cite", "datetime"},
    "details": {"open"},
    "img": {"src", "alt", "width", "height", "loading", "decoding"},
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

ATTRIBUTE_VALUES: dict[str, dict[str, set[str]]] = {
    "bdo": {"dir": {"ltr", "rtl"}},
    "div": {"role": {"group"}, "tabindex": {"0"}, "dir": {"ltr", "rtl", "auto"}},
    "input": {"type": {"checkbox"}},
    "ol": {"type": {"1", "a", "A", "i", "I"}},
    "p": {"dir": {"ltr", "rtl", "auto"}},
    "pre": {"tabindex": {"0"}},
    "span": {"dir": {"ltr", "rtl", "auto"}},
}

ALIGNED = {"align-left", "align-center", "align-right"}
CLASSES: dict[str, set[str]] = {
    "a": {"anchor", "footnote-back", "elsewhere"},
    "aside": {"note", "note-note", "note-tip", "note-warning", "note-danger"},
    "div": {"table-scroll"},
    "input": {"task-list-item-checkbox"},
    "li": {"task-list-item"},
    "ol": {"contains-task-list"},
    "p": {"note-title"},
    "pre": {"code"},
    "section": {"footnotes"},
    "span": {name for name in STANDARD_TYPES.values() if name},
    "sup": {"footnote-ref"},
    "td": ALIGNED,
    "th": ALIGNED,
    "ul": {"contains-task-list"},
}

URL_SCHEMES = {"http", "https", "mailto", "tel", "xmpp", "matrix", "geo"}
