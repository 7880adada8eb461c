"""What collectors know of all sites is read again exactly when something changed."""

from __future__ import annotations

import pytest

from byline.accounts.models import User
from byline.analytics.sites import keys, queries, service
from byline.analytics.sites.content import Collecting, General
from byline.analytics.sites.models import THIS_BYLINE, Site
from byline.analytics.sites.watching import Directory
from byline.kernel import clock, db
from byline.kernel.db import Database
from tests import budget


def test_a_change_is_noticed_with_the_next_look(database: Database, lamps: Site, ada: User) -> None:
    directory = Directory(database)
    assert set(directory.sites()) == {THIS_BYLINE, lamps.id}
    with database.unit_of_work():
        service.set_collecting(ada.actor, lamps.id, Collecting(hostnames=("a.example",)))
    directory.look_again()
    assert directory.sites()[lamps.id].hostnames == ("a.example",)


def test_between_two_looks_the_database_is_left_alone(database: Database, lamps: Site, ada: User) -> None:
    directory = Directory(database)
    known = directory.sites()
    with database.unit_of_work():
        service.add(ada.actor, General("Two", "https://two.example"))
    with budget.counted() as statements:
        assert directory.sites() is known
    assert statements == []


def test_what_changes_nothing_for_collectors_is_not_read_again(database: Database, lamps: Site, ada: User) -> None:
    directory = Directory(database)
    known = directory.sites()
    with database.unit_of_work():
        db.content_changed()
    directory.look_again()
    assert directory.sites() is known


def test_a_database_that_is_away_leaves_what_was_known(
    database: Database, lamps: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    directory = Directory(database)
    known = directory.sites()
    directory.look_again()
    monkeypatch.setattr(directory._watch, "look", _Nothing)
    assert directory.sites() is known


def test_the_use_of_a_key_is_written_once_a_day(database: Database, lamps: Site, ada: User) -> None:
    directory = Directory(database)
    with database.unit_of_work():
        made, _ = keys.make(ada.actor, lamps.id, "Server")
    directory.note_use(made.id)
    with budget.counted() as statements:
        directory.note_use(made.id)
    assert statements == []
    with database.unit_of_work(write=False):
        assert queries.keys(lamps.id)[0].last_used_on == clock.now().date()


class _Nothing:
    def topic_version(self, _topic: str) -> None:
        return None
