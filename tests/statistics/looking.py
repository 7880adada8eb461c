"""Looking at a dashboard from outside."""

from __future__ import annotations

import re
from collections.abc import Callable

from sqlalchemy import update
from werkzeug.test import TestResponse

from byline.analytics.sites.models import Site
from byline.kernel.db import Database
from byline.statistics.sharing.models import Share

PASSWORD = "seven small lamps"
SEE = "https://press.example"
MakeShare = Callable[..., Share]


def make_public(database: Database, site: Site, **columns: object) -> None:
    """Let everybody see a site."""
    with database.unit_of_work() as session:
        session.execute(update(Site).where(Site.id == site.id).values(is_public=True, **columns))


def visitors(answer: TestResponse) -> str:
    """How many visitors a dashboard shows."""
    found = re.search(r'data-metric="visitors" data-value="(\d+)"', answer.text)
    assert found, answer.status
    return found[1]


def ancestors(answer: TestResponse) -> str:
    """Who may show the page in a frame."""
    return answer.headers["Content-Security-Policy"].split("frame-ancestors ")[1]
