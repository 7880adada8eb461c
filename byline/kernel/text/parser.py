"""The Markdown that Byline reads: CommonMark and a few extensions that writers know from elsewhere."""

from __future__ import annotations

from markdown_it import MarkdownIt
from mdit_py_plugins.footnote import footnote_plugin

from byline.kernel.text import addresses, notes


def make() -> MarkdownIt:
    """A parser; what it remembers while it reads is in the `env` of each call, so threads may share one."""
    parser = MarkdownIt("commonmark", {"maxNesting": 40, "tasklists": True, "xhtmlOut": False})
    parser.enable(["table", "strikethrough"])
    parser.use(footnote_plugin, inline=False)
    notes.install(parser)
    addresses.install(parser)
    return parser
