"""Which of Byline's own pages count their readers: those that everybody may read, and addresses with nothing there."""

from __future__ import annotations

from byline.web import context

PAGES = frozenset(
    {
        "pages.home",
        "pages.post",
        "pages.profile",
        "pages.tag",
        "pages.lists",
        "pages.list",
        "pages.archive",
        "pages.archive_year",
        "pages.archive_month",
        "pages.site_page",
        "pages.counting",
        "search.results",
        "social.followers",
        "social.following",
        "comments.thread",
        "comments.conversation",
        "comments.of_member",
        "moderation.log",
    }
)
"""Endpoints. Where members write, settle or administer something nobody is counted."""


def here() -> bool:
    """Whether the page of this request is measured. The same for every reader of it, so that it may be kept."""
    asked = context.current()
    if not asked.settings.measures_itself or asked.method not in ("GET", "HEAD"):
        return False
    return asked.endpoint is None or asked.endpoint in PAGES
