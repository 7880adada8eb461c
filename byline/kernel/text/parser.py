"""The Markdown that Byline reads: CommonMark and a few extensions that writers know from elsewhere."""

from __future__ import annotations

from markdown_it import MarkdownIt
from mdit_py_plugins.footnote import footnote_plugin

from byline.kernel.text import addresses, bounds, notes


def make() -> MarkdownIt:
    """A parser; what it remembers while it reads is in the `env` of each call, so threads may share one."""
    parser = MarkdownIt("commonmark")
    parser.inline = bounds.BoundedInline()
    parser.configure("commonmark", {"maxNesting": 100, "tasklists": True, "alerts": True})
    parser.enable(["table", "strikethrough"])
    parser.use(footnote_plugin, inline=False)
    notes.install(parser)
    addresses.install(parser)
    bounds.install(parser)
    return parser
