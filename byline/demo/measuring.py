"""Readers of the demo: ninety days of visits to this Byline and to a small shop that one of its people runs."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select

from byline.accounts.models import User
from byline.analytics.report import service as reports
from byline.analytics.report import sql_glance
from byline.analytics.report.filters import Filter, Operator
from byline.analytics.report.rules import Deed, FunnelForm, GoalForm, NoteForm
from byline.analytics.sites import queries, service, team
from byline.analytics.sites.content import General
from byline.analytics.sites.models import THIS_BYLINE, Site
from byline.analytics.store import Embedded
from byline.analytics.store.ingesting import zone_in
from byline.analytics.store.taking import Turns
from byline.analytics.store.writing import Overtaken
from byline.demo import people, showing
from byline.demo.visiting import BASKET, DAYS, Piece, Place, day_of, readers
from byline.kernel import db
from byline.kernel.db import Database
from byline.posts.models import Post

VISITS = 160
"""Of this Byline on an ordinary day."""
WORDS_A_MINUTE = 230
EPOCH = date(1970, 1, 1)
MOST_TRIES = 5
ORDER = Deed(path="/thanks")
PUT_IN = Deed(event=BASKET)


def settle(now: datetime, here: dict[str, User]) -> tuple[Place, ...]:
    """Make the shop that is missing, and answer what is visited. Call it in a unit of work."""
    shop = readers()["shop"]
    owner = here[shop["owner"]]
    found = db.session().scalar(select(Site).where(Site.owner_id == owner.id, Site.url == shop["url"]))
    if found is None:
        found = service.add(owner.actor, General(shop["name"], shop["url"], shop["time_zone"]))
        team.put(owner.actor, found.id, here[shop["viewer"]].id, "viewer")
        _describe(owner, found, now)
        showing.settle(owner, found, now)
    byline = queries.get(here[people.everyone()[0].username].actor, THIS_BYLINE)
    pieces = tuple(Piece(path, weight) for path, weight in shop["pages"])
    return (
        Place(THIS_BYLINE, byline.url or "http://127.0.0.1:8000", byline.time_zone, VISITS, _posts()),
        Place(found.id, found.url, found.time_zone, shop["visits"], pieces, sells=True, trials=showing.trials(found)),
    )


def tell(
    places: tuple[Place, ...], numbers: Embedded, database: Database, *, now: datetime, step: Callable[[int, int], None]
) -> None:
    """Let every day that nobody visited be visited. Each day comes in whole, so that a second time goes on."""
    turns = numbers.turns(zone_in(database))
    done, whole = 0, len(places) * DAYS
    for place in places:
        today = now.astimezone(ZoneInfo(place.time_zone)).date()
        first, last = _number(today) - DAYS, _number(today)
        visited = sql_glance.visitors_by_day([place.site_id], first, last, numbers).get(place.site_id, {})
        for ago in range(DAYS - 1, -1, -1):
            day = today - timedelta(days=ago)
            if _number(day) not in visited:
                _take(turns, place, day, now)
            done += 1
            step(done, whole)


def _describe(owner: User, shop: Site, now: datetime) -> None:
    reports.add_goal(owner.actor, shop.id, GoalForm("Order", ORDER))
    reports.add_goal(owner.actor, shop.id, GoalForm("In the basket", PUT_IN))
    reports.add_goal(owner.actor, shop.id, GoalForm("Newsletter", Deed(event="Newsletter")))
    steps = (Deed(path="/lamps/*"), PUT_IN, ORDER)
    reports.add_funnel(owner.actor, shop.id, FunnelForm("From lamp to order", steps))
    reports.save_segment(owner.actor, shop.id, "On phones", (Filter("device", Operator.IS, ("phone",)),))
    for site_id, days_ago, text in (
        (shop.id, 33, "Hacker News found the journal"),
        (shop.id, 12, "A kind word on Mastodon"),
        (THIS_BYLINE, 12, "A post of ours went round on Mastodon"),
    ):
        reports.add_note(owner.actor, site_id, NoteForm((now - timedelta(days=days_ago)).date(), text))


def _posts() -> tuple[Piece, ...]:
    query = select(User.username, Post.slug, Post.title, Post.published_at, Post.word_count)
    rows = db.session().execute(query.join(User, User.id == Post.author_id).where(Post.listed_at.is_not(None)))
    return (Piece("/", 60), Piece("/archive", 4), *(_piece(*row) for row in rows))


def _piece(username: str, slug: str, title: str, published_at: datetime | None, words: int) -> Piece:
    # A few posts are read by everybody and most by some.
    weight = min(random.Random(title).paretovariate(0.9), 40)  # noqa: S311  (not a secret)
    since = published_at.date() if published_at else date.min
    return Piece(f"/@{username}/{slug}", weight, since, round(0.6 * 60 * words / WORDS_A_MINUTE))


def _take(turns: Turns, place: Place, day: date, now: datetime) -> None:
    hits = day_of(place, day, now)
    for _ in range(MOST_TRIES):
        try:
            turns.take(hits, {})
        except Overtaken:
            # A site that runs counts real visits meanwhile.
            continue
        return


def _number(day: date) -> int:
    return (day - EPOCH).days
