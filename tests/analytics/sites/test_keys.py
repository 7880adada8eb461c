"""Write keys: shown once, known by digest, revoked."""

from __future__ import annotations

from datetime import date

import pytest

from byline.accounts.models import User
from byline.analytics.sites import keys, queries, rules, team
from byline.analytics.sites.models import Site, WriteKey
from byline.kernel.db import Database
from byline.kernel.errors import Conflict, Invalid, NotAllowed, NotFound


def test_only_the_owner_makes_and_revokes(database: Database, lamps: Site, ada: User, grace: User, root: User) -> None:
    with database.unit_of_work():
        team.put(ada.actor, lamps.id, grace.id, "editor")
        made, _ = keys.make(ada.actor, lamps.id, "Server")
    with database.unit_of_work():
        with pytest.raises(NotAllowed):
            keys.make(grace.actor, lamps.id, "Mine")
        with pytest.raises(NotAllowed):
            keys.revoke(grace.actor, lamps.id, made.id)
        with pytest.raises(NotFound):
            keys.make(root.actor, lamps.id, "Mine")


def test_a_key_of_another_site_is_not_found(database: Database, lamps: Site, ada: User, root: User) -> None:
    with database.unit_of_work():
        made, _ = keys.make(root.actor, 1, "Server")
        with pytest.raises(NotFound):
            keys.revoke(ada.actor, lamps.id, made.id)


@pytest.mark.parametrize("name", ["", " \0 ", "x" * 61])
def test_a_key_has_a_name(database: Database, lamps: Site, ada: User, name: str) -> None:
    with database.unit_of_work(), pytest.raises(Invalid):
        keys.make(ada.actor, lamps.id, name)


def test_a_site_has_so_many_keys(database: Database, lamps: Site, ada: User) -> None:
    with database.unit_of_work():
        made = [keys.make(ada.actor, lamps.id, f"Server {number}")[0] for number in range(rules.MOST_KEYS)]
        with pytest.raises(Conflict):
            keys.make(ada.actor, lamps.id, "One more")
        keys.revoke(ada.actor, lamps.id, made[0].id)
        keys.make(ada.actor, lamps.id, "One more")


def test_only_the_digest_is_kept_and_collectors_know_it(database: Database, lamps: Site, ada: User) -> None:
    with database.unit_of_work():
        before = queries.version()
        made, secret = keys.make(ada.actor, lamps.id, "Server")
    with database.unit_of_work() as session:
        row = session.get_one(WriteKey, made.id)
        assert secret not in {str(value) for value in vars(row).values()}
        assert secret.endswith(row.hint)
        assert len(secret) > 32
        assert queries.collected()[lamps.id].keys == {keys.digest_of(secret): made.id}
        assert queries.version() > before
        keys.revoke(ada.actor, lamps.id, made.id)
        keys.revoke(ada.actor, lamps.id, made.id)
        assert queries.collected()[lamps.id].keys == {}
        assert queries.keys(lamps.id) == []


def test_the_last_day_of_use_never_goes_back(database: Database, lamps: Site, ada: User) -> None:
    with database.unit_of_work() as session:
        made, _ = keys.make(ada.actor, lamps.id, "Server")
        for day in (date(2026, 3, 2), date(2026, 3, 1)):
            keys.note_use(made.id, day)
        session.expire(made)
        assert made.last_used_on == date(2026, 3, 2)
