"""Teams, and giving a site to somebody who agrees."""

from __future__ import annotations

import pytest

from byline.accounts.models import User
from byline.analytics.sites import queries, rules, service, team
from byline.analytics.sites.models import Site
from byline.analytics.sites.rules import Access
from byline.kernel.db import Database
from byline.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from tests.factories import MakeUser
from tests.racing import together


def access(member: User, site: Site) -> Access:
    return next((one.access for one in queries.all_of(member.actor) if one.site.id == site.id), Access.NONE)


class TestTeam:
    def test_only_the_owner_decides(self, database: Database, lamps: Site, ada: User, grace: User, root: User) -> None:
        with database.unit_of_work():
            team.put(ada.actor, lamps.id, grace.id, "editor")
        with database.unit_of_work():
            with pytest.raises(NotAllowed):
                team.put(grace.actor, lamps.id, root.id, "viewer")
            with pytest.raises(NotAllowed):
                team.remove(grace.actor, lamps.id, grace.id)
            with pytest.raises(NotFound):
                team.put(root.actor, lamps.id, root.id, "editor")

    @pytest.mark.parametrize("role", ["", "owner", "Viewer", "\0"])
    def test_there_are_two_roles(self, database: Database, lamps: Site, ada: User, grace: User, role: str) -> None:
        with database.unit_of_work(), pytest.raises(Invalid):
            team.put(ada.actor, lamps.id, grace.id, role)

    def test_the_owner_is_on_no_team(self, database: Database, lamps: Site, ada: User) -> None:
        with database.unit_of_work(), pytest.raises(Invalid):
            team.put(ada.actor, lamps.id, ada.id, "viewer")

    def test_a_team_has_a_most(
        self, database: Database, lamps: Site, ada: User, make_user: MakeUser, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(rules, "MOST_IN_TEAM", 1)
        first, second = make_user(), make_user()
        with database.unit_of_work():
            team.put(ada.actor, lamps.id, first.id, "viewer")
            team.put(ada.actor, lamps.id, first.id, "editor")
            with pytest.raises(Conflict):
                team.put(ada.actor, lamps.id, second.id, "viewer")

    def test_joining_changing_and_leaving(self, database: Database, lamps: Site, ada: User, grace: User) -> None:
        with database.unit_of_work():
            team.put(ada.actor, lamps.id, grace.id, "viewer")
            assert access(grace, lamps) is Access.VIEW
            team.put(ada.actor, lamps.id, grace.id, "editor")
            assert access(grace, lamps) is Access.EDIT
            assert len(queries.team(lamps.id)) == 1
        with database.unit_of_work():
            with pytest.raises(Conflict):
                team.leave(ada.actor, lamps.id)
            team.leave(grace.actor, lamps.id)
            assert access(grace, lamps) is Access.NONE
            with pytest.raises(NotFound):
                team.leave(grace.actor, lamps.id)
            team.remove(ada.actor, lamps.id, grace.id)

    def test_putting_somebody_on_it_twice_at_once_is_once(
        self, database: Database, lamps: Site, ada: User, grace: User
    ) -> None:
        def put() -> None:
            team.put(ada.actor, lamps.id, grace.id, "viewer")

        together(database, put, put)
        with database.unit_of_work(write=False):
            assert [one.user_id for one in queries.team(lamps.id)] == [grace.id]


class TestGivingAway:
    def test_nothing_changes_until_they_agree(self, database: Database, lamps: Site, ada: User, grace: User) -> None:
        with database.unit_of_work():
            team.offer(ada.actor, lamps.id, grace.id)
        with database.unit_of_work():
            assert access(ada, lamps) is Access.OWN
            assert access(grace, lamps) is Access.NONE
            assert [site.id for site in queries.pending(grace.actor)] == [lamps.id]
            assert queries.pending(ada.actor) == []

    def test_only_whom_it_is_offered_to_may_take_it(
        self, database: Database, lamps: Site, ada: User, grace: User, root: User
    ) -> None:
        with database.unit_of_work():
            team.offer(ada.actor, lamps.id, grace.id)
            with pytest.raises(NotFound):
                team.accept(root.actor, lamps.id)
            with pytest.raises(NotFound):
                team.decline(ada.actor, lamps.id)

    def test_an_offer_taken_back_is_over(self, database: Database, lamps: Site, ada: User, grace: User) -> None:
        with database.unit_of_work():
            team.offer(ada.actor, lamps.id, grace.id)
            team.withdraw(ada.actor, lamps.id)
            with pytest.raises(NotFound):
                team.accept(grace.actor, lamps.id)

    def test_a_site_that_is_being_deleted_cannot_be_taken(
        self, database: Database, lamps: Site, ada: User, grace: User
    ) -> None:
        with database.unit_of_work():
            team.offer(ada.actor, lamps.id, grace.id)
            service.ask_deletion(ada.actor, lamps.id, "Lamps")
            with pytest.raises(NotFound):
                team.accept(grace.actor, lamps.id)

    def test_it_is_theirs_and_the_former_owner_stays_as_editor(
        self, database: Database, lamps: Site, ada: User, grace: User
    ) -> None:
        with database.unit_of_work():
            team.put(ada.actor, lamps.id, grace.id, "viewer")
            team.offer(ada.actor, lamps.id, grace.id)
        with database.unit_of_work():
            team.accept(grace.actor, lamps.id)
            assert access(grace, lamps) is Access.OWN
            assert access(ada, lamps) is Access.EDIT
            assert [one.user_id for one in queries.team(lamps.id)] == [ada.id]

    def test_agreeing_twice_at_once_is_once(self, database: Database, lamps: Site, ada: User, grace: User) -> None:
        with database.unit_of_work():
            team.offer(ada.actor, lamps.id, grace.id)

        def accept() -> None:
            try:
                team.accept(grace.actor, lamps.id)
            except NotFound:
                return

        together(database, accept, accept)
        with database.unit_of_work(write=False):
            assert access(grace, lamps) is Access.OWN
            assert access(ada, lamps) is Access.EDIT
