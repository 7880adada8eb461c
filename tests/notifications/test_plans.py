"""Every statement of the room finds its rows by an index, whatever the member's list and the site hold."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

import pytest

from byline.accounts.models import User
from byline.kernel import clock
from byline.kernel.db import Database
from byline.notifications import jobs, letters, lines, queries
from byline.notifications.messages import WalkDigests, WalkRoundups
from byline.notifications.models import Liker, Notification
from tests.contracts.test_plans import asked
from tests.notifications.conftest import Act

Reads = Callable[[User, Act], object]

READS: dict[str, Reads] = {
    "the list": lambda ada, act: act(queries.latest, ada.id),
    "the bell": lambda ada, act: act(queries.unread_count, ada.id),
    "likers": lambda ada, act: act(lambda: lines.page_of(queries.latest(ada.id))),
    "the daily round": lambda _, act: act(jobs.walk_roundups, WalkRoundups("daily", clock.now().isoformat()), None),
    "the digests": lambda _, act: act(jobs.walk_digests, WalkDigests(clock.now().isoformat()), None),
    "a digest": lambda ada, act: act(letters._posts_for, ada.id, clock.now().replace(year=2000), clock.now()),
    "a letter at once": lambda ada, act: act(jobs._written_lately, ada.id),
}


@pytest.fixture
def filled(ada: User, grace: User, database: Database) -> None:
    with database.unit_of_work() as session:
        for number in range(30):
            line = Notification(user_id=ada.id, topic=f"like:post:{number}", kind="like", at=clock.now(), mail="daily")
            session.add(line)
            session.flush()
            session.add(Liker(notification_id=line.id, member_id=grace.id, at=clock.now()))


@pytest.mark.parametrize("what", READS)
def test_nothing_is_read_from_end_to_end(what: str, ada: User, act: Act, database: Database, filled: None) -> None:
    if not database.is_sqlite:
        pytest.skip("PostgreSQL reads small tables whole on purpose; SQLite's plans do not depend on the size")
    with asked() as statements:
        READS[what](ada, act)
    assert statements
    assert [step for _, statement, given in statements for step in scans(database, statement, given)] == []


def scans(database: Database, statement: str, given: object) -> Sequence[str]:
    with database.reader.connect() as connection:
        plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", given)  # type: ignore[arg-type]
        steps = [str(step) for *_, step in plan]
    # The walk over members that may get a digest goes by their numbers, in steps.
    return [step for step in steps if re.match(r"SCAN (?!CONSTANT|anon|users$|\(subquery)", step)]


def test_the_list_is_read_in_its_order_without_sorting(ada: User, act: Act, database: Database, filled: None) -> None:
    if not database.is_sqlite:
        pytest.skip("PostgreSQL reads small tables whole on purpose; SQLite's plans do not depend on the size")
    with asked() as statements:
        act(queries.latest, ada.id)
    with database.reader.connect() as connection:
        _, statement, given = statements[-1]
        plan = [str(step) for *_, step in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", given)]
    assert not any("TEMP B-TREE" in step for step in plan), plan
    assert any("ix_notifications_listed" in step for step in plan), plan
