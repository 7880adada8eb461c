"""The Markdown that Byline reads: CommonMark and a few extensions that writers know from elsewhere."""

from __future__ import annotations

from markdown_it import MarkdownIt
from mdit_py_plugins.footnote import footnote_plugin

from byline.kernel.text import addresses, bounds, mentions, notes


def make() -> MarkdownIt:
    """A parser; what it remembers while it reads is in the `env` of each call, so threads may share one."""
    parser = MarkdownIt("commonmark")
    parser.inline = bounds.BoundedInline()
    parser.configure("commonmark", {"maxNesting": 100, "tasklists": True, "alerts": True})
    parser.enable(["table", "strikethrough"])
    parser.use(footnote_plugin, inline=False)
    notes.install(parser)
    addresses.install(parser)
    mentions.install(parser)
    bounds.install(parser)
    return parser


NOT_IN_COMMENTS = (
    "table",
    "note",
    "hr",
    "html_block",
    "heading",
    "lheading",
    "footnote_def",
    "footnote_ref",
    "footnote_tail",
    "html_inline",
)
"""What would stand out among the words of others, or needs ids that two comments on one page would both give."""


def make_for_comments() -> MarkdownIt:
    """A parser for what readers answer: words, links, lists, quotes and code."""
    parser = make()
    parser.options.update(tasklists=False, alerts=False)
    return parser.disable(list(NOT_IN_COMMENTS))
