"""What collectors know of all sites is read again exactly when something changed."""

from __future__ import annotations

import pytest

from byline.accounts.models import User
from byline.analytics.sites import service
from byline.analytics.sites.content import Collecting, General
from byline.analytics.sites.models import THIS_BYLINE, Site
from byline.analytics.sites.watching import Directory
from byline.kernel import db
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


class _Nothing:
    def topic_version(self, _topic: str) -> None:
        return None
