"""How this site counts its readers, and how not to be counted."""

from __future__ import annotations

from flask import render_template

from byline.pages import seo
from byline.web import context, pagecache


@pagecache.for_strangers
def counting() -> str:
    """What is counted, what is never kept, and a switch for this browser."""
    about = seo.About(
        "How visits are counted", "/counting", "What this site counts of its readers, and what it never keeps."
    )
    return render_template(
        "pages/counting.html", head=seo.head(about), counts=context.current().settings.measures_itself
    )
