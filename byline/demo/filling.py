"""Filling a site: a table of parts, run in order. A later room of the community adds its line here."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path

from sqlalchemy import exists, select

from byline.accounts import members
from byline.accounts.models import User
from byline.analytics.store import Embedded
from byline.demo import interests, introducing, judging, keeping, measuring, people, talking, telling, ties, writing
from byline.kernel import clock, db
from byline.kernel.db import Database
from byline.kernel.errors import Conflict
from byline.kernel.state import site_state
from byline.kernel.storage import Storage
from byline.posts.interchange.folder import Folder
from byline.posts.interchange.importing import Importer
from byline.posts.interchange.planning import Plan
from byline.posts.models import Post

Step = Callable[[str, int, int], None]
"""Hears what is being made, how many are done, and how many there are."""


@dataclass(frozen=True, slots=True)
class Ground:
    """What the parts work on. `now` is the moment the demo is counted back from: that of its first filling."""

    database: Database
    storage: Storage
    password: str
    now: datetime
    step: Step
    numbers: Embedded | None
    """Where visits are counted; nobody visits the demo without."""


def fill(
    database: Database,
    storage: Storage,
    password: str,
    step: Step = lambda *_: None,
    numbers: Embedded | None = None,
) -> None:
    """Fill the site with people and what they made. A second time changes nothing; Conflict where real members are."""
    with database.unit_of_work():
        refuse_real_site()
        site_state().is_demo = True
        now = _first_filling()
    ground = Ground(database, storage, password, now, step, numbers)
    for part in PARTS:
        part(ground)


def refuse_real_site() -> None:
    """Raise Conflict where somebody real has an account or has written; a demo must never mix with their work."""
    real_member = exists().where(User.is_demo.is_(False), User.claimed)
    real_post = exists().where(Post.author_id == User.id, User.is_demo.is_(False))
    if db.session().scalar(select(real_member)):
        sentence = "This site has real members already, so it gets no demo. Use another data folder (BYLINE_DATA)."
        raise Conflict("demo-among-members", sentence)
    if db.session().scalar(select(real_post)):
        sentence = "This site has posts of its own already, so it gets no demo. Use another data folder (BYLINE_DATA)."
        raise Conflict("demo-among-posts", sentence)


def _first_filling() -> datetime:
    first = people.everyone()[0]
    member = members.by_username(first.username)
    return member.confirmed_at or clock.now() if member else clock.now()


@contextmanager
def _at_once(ground: Ground, what: str) -> Iterator[None]:
    """One unit of work for a part that is made in one go, told of before and after."""
    ground.step(what, 0, 1)
    with ground.database.unit_of_work():
        yield
    ground.step(what, 1, 1)


def _people(ground: Ground) -> None:
    with _at_once(ground, "people"):
        people.settle(ground.now, ground.password, ground.storage)


def _posts(ground: Ground) -> None:
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        writing.lay_out(root, ground.now, lambda done, whole: ground.step("pictures", done, whole))
        importer = Importer(ground.database.unit_of_work, ground.storage)
        plan = importer.prepare(Folder.at(root), writing.wishes())
        _bring(importer, plan, ground)


def _bring(importer: Importer, plan: Plan, ground: Ground) -> None:
    done = 0

    def count(_: object) -> None:
        nonlocal done
        done += 1
        ground.step("posts", done, len(plan.posts))

    outcome = importer.carry_out(plan, count)
    if not outcome.is_complete:
        broken = "; ".join(f"{one.place}: {one.reason}" for one in outcome.skipped)
        raise RuntimeError(f"The demo's own texts did not come in: {broken}")


def _likes(ground: Ground) -> None:
    with _at_once(ground, "likes and lists"):
        keeping.settle(people.here())


def _ties(ground: Ground) -> None:
    with _at_once(ground, "follows and messages"):
        ties.settle(ground.now, people.here())


def _comments(ground: Ground) -> None:
    with _at_once(ground, "comments"):
        talking.settle(ground.now, people.here())


def _judging(ground: Ground) -> None:
    with _at_once(ground, "reports"):
        judging.settle(ground.now, people.here())


def _interests(ground: Ground) -> None:
    with _at_once(ground, "tags to follow"):
        interests.settle(ground.now, people.here().values())


def _pages(ground: Ground) -> None:
    with ground.database.unit_of_work():
        administrator = members.by_username(people.everyone()[0].username)
        if administrator is not None:
            introducing.settle(administrator)


def _notifications(ground: Ground) -> None:
    with ground.database.unit_of_work():
        telling.settle(ground.now)


def _readers(ground: Ground) -> None:
    if ground.numbers is None:
        return
    with ground.database.unit_of_work():
        places = measuring.settle(ground.now, people.here())
    step = partial(ground.step, "visits")
    measuring.tell(places, ground.numbers, ground.database, now=ground.now, step=step)


PARTS: tuple[Callable[[Ground], None], ...] = (
    _people,
    _pages,
    _ties,
    _posts,
    _interests,
    _comments,
    _likes,
    _judging,
    _notifications,
    _readers,
)
"""What a demo is made of. Follows, comments and whatever comes later are one line each, after what they build on."""
