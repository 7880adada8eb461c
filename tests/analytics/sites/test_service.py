"""Sites through the only door: added, changed, deleted, hidden with their owner."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from byline.accounts.models import User
from byline.analytics.sites import queries, rules, service, team
from byline.analytics.sites.content import Collecting, General
from byline.analytics.sites.messages import DeleteSite, RebuildSite
from byline.analytics.sites.models import THIS_BYLINE, Site
from byline.analytics.sites.rules import Access
from byline.kernel import bus, clock, db
from byline.kernel.access import ANONYMOUS
from byline.kernel.bus import Task
from byline.kernel.db import Database
from byline.kernel.errors import Conflict, Invalid, NotAllowed, NotAuthenticated, NotFound
from tests.factories import MakeUser
from tests.racing import together

LAMPS = General("Lamps", "https://lamps.example", "Europe/Berlin")
WAITING = bus.name_of(DeleteSite)


@pytest.fixture
def version(database: Database) -> Iterator[None]:
    """What the test does must move the version that collectors look at."""
    with database.unit_of_work(write=False):
        before = queries.version()
    yield
    with database.unit_of_work(write=False):
        assert queries.version() > before


def tasks(name: str) -> list[Task]:
    return list(db.session().scalars(select(Task).where(Task.name == name)))


class TestAdding:
    @pytest.mark.usefixtures("unit_of_work")
    def test_strangers_and_the_unconfirmed_add_none(self, make_user: MakeUser) -> None:
        with pytest.raises(NotAuthenticated):
            service.add(ANONYMOUS, LAMPS)
        newcomer = make_user("newcomer", confirmed=False)
        with pytest.raises(NotAllowed):
            service.add(newcomer.actor, LAMPS)

    def test_nobody_owns_more_than_the_most(self, unit_of_work: Session, ada: User) -> None:
        now = clock.now()
        full = [Site(owner_id=ada.id, name="x", url="", created_at=now) for _ in range(rules.MOST_SITES)]
        unit_of_work.add_all(full)
        unit_of_work.flush()
        with pytest.raises(NotAllowed):
            service.add(ada.actor, LAMPS)

    def test_asking_twice_at_once_does_not_get_past_the_most(self, database: Database, ada: User) -> None:
        now = clock.now()
        with database.unit_of_work() as session:
            session.add_all(
                Site(owner_id=ada.id, name="x", url="", created_at=now) for _ in range(rules.MOST_SITES - 1)
            )

        def add() -> None:
            try:
                service.add(ada.actor, LAMPS)
            except NotAllowed:
                db.session().rollback()

        together(database, add, add, add)
        with database.unit_of_work(write=False):
            assert queries.owned(ada.id) == rules.MOST_SITES

    @pytest.mark.usefixtures("version")
    def test_a_new_site_is_collected_on_its_hosts(self, database: Database, ada: User) -> None:
        with database.unit_of_work():
            made = service.add(ada.actor, LAMPS)
        with database.unit_of_work(write=False):
            known = queries.collected()[made.id]
        assert made.id > THIS_BYLINE
        assert known.hostnames == ("lamps.example", "www.lamps.example")
        assert (known.host, known.time_zone, known.honours_dnt) == ("lamps.example", "Europe/Berlin", True)

    def test_a_number_is_never_given_twice(self, database: Database, lamps: Site, ada: User) -> None:
        with database.unit_of_work() as session:
            session.delete(session.get_one(Site, lamps.id))
        with database.unit_of_work():
            assert service.add(ada.actor, LAMPS).id > lamps.id


class TestChanging:
    def test_others_find_nothing_to_change(self, database: Database, lamps: Site, grace: User, root: User) -> None:
        for other in (grace, root):
            with database.unit_of_work(), pytest.raises(NotFound):
                service.change(other.actor, lamps.id, LAMPS)
            with database.unit_of_work(), pytest.raises(NotFound):
                service.set_collecting(other.actor, lamps.id, Collecting())
            with database.unit_of_work(), pytest.raises(NotFound):
                service.ask_deletion(other.actor, lamps.id, "Lamps")

    def test_a_viewer_sees_and_may_not_change(self, database: Database, lamps: Site, ada: User, grace: User) -> None:
        with database.unit_of_work():
            team.put(ada.actor, lamps.id, grace.id, "viewer")
        with database.unit_of_work():
            assert queries.get(grace.actor, lamps.id).id == lamps.id
            with pytest.raises(NotAllowed):
                service.change(grace.actor, lamps.id, LAMPS)
            with pytest.raises(NotAllowed):
                service.set_collecting(grace.actor, lamps.id, Collecting())

    def test_an_editor_changes_but_does_not_delete(
        self, database: Database, lamps: Site, ada: User, grace: User
    ) -> None:
        with database.unit_of_work():
            team.put(ada.actor, lamps.id, grace.id, "editor")
        with database.unit_of_work():
            assert service.change(grace.actor, lamps.id, General("Lights", "https://lamps.example")).name == "Lights"
            with pytest.raises(NotAllowed):
                service.ask_deletion(grace.actor, lamps.id, "Lights")

    @pytest.mark.usefixtures("version")
    def test_hosts_follow_the_address_and_others_stay(self, database: Database, lamps: Site, ada: User) -> None:
        with database.unit_of_work():
            service.set_collecting(ada.actor, lamps.id, Collecting(hostnames=("lamps.example", "shop.example")))
            changed = service.change(ada.actor, lamps.id, General("Lamps", "https://lights.example"))
        assert changed.hostnames == ["lights.example", "www.lights.example", "shop.example"]

    def test_no_host_at_all_stays_any_host(self, database: Database, lamps: Site, ada: User) -> None:
        with database.unit_of_work():
            service.set_collecting(ada.actor, lamps.id, Collecting())
            changed = service.change(ada.actor, lamps.id, General("Lamps", "https://lights.example"))
        assert changed.hostnames == []

    @pytest.mark.usefixtures("unit_of_work")
    def test_another_time_zone_sorts_the_days_anew(self, ada: User) -> None:
        site = service.add(ada.actor, LAMPS)
        service.change(ada.actor, site.id, General("Lights", "https://lamps.example", "Europe/Berlin"))
        assert tasks(bus.name_of(RebuildSite)) == []
        service.change(ada.actor, site.id, General("Lights", "https://lamps.example", "Asia/Tokyo"))
        assert len(tasks(bus.name_of(RebuildSite))) == 1

    @pytest.mark.usefixtures("version")
    def test_what_is_collected_is_known_to_collectors(self, database: Database, lamps: Site, ada: User) -> None:
        given = Collecting(("a.example",), ("/x/*",), ("192.0.2.0/24",), False, False, 90, True)
        with database.unit_of_work():
            service.set_collecting(ada.actor, lamps.id, given)
        with database.unit_of_work(write=False) as session:
            known = queries.collected()[lamps.id]
            assert service.standing(session.get_one(Site, lamps.id)) == given
        assert (known.hostnames, known.excluded_paths) == (("a.example",), ("/x/*",))
        assert (known.excluded_addresses, known.honours_dnt, known.counts_outbound) == (("192.0.2.0/24",), False, False)

    def test_nothing_different_changes_nothing(self, database: Database, lamps: Site, ada: User) -> None:
        with database.unit_of_work() as session:
            before = queries.version()
            service.change(ada.actor, lamps.id, LAMPS)
            service.set_collecting(ada.actor, lamps.id, service.standing(session.get_one(Site, lamps.id)))
            assert queries.version() == before


class TestDeleting:
    def test_the_name_must_be_typed(self, database: Database, lamps: Site, ada: User) -> None:
        with database.unit_of_work(), pytest.raises(Invalid):
            service.ask_deletion(ada.actor, lamps.id, "Lamp")

    @pytest.mark.usefixtures("version")
    def test_it_is_away_at_once_and_can_be_kept(self, database: Database, lamps: Site, ada: User, grace: User) -> None:
        with database.unit_of_work():
            service.ask_deletion(ada.actor, lamps.id, " lamps ")
        with database.unit_of_work():
            assert lamps.id not in queries.collected()
            assert [site.id for site in queries.pending(ada.actor)] == [lamps.id]
            assert queries.all_of(ada.actor) == []
            with pytest.raises(NotFound):
                queries.get(ada.actor, lamps.id)
            with pytest.raises(NotFound):
                service.keep(grace.actor, lamps.id)
            service.keep(ada.actor, lamps.id)
            assert lamps.id in queries.collected()
            assert [one.access for one in queries.all_of(ada.actor)] == [Access.OWN]

    def test_its_row_goes_when_its_time_has_come(self, database: Database, ada: User) -> None:
        with clock.frozen(clock.now()):
            with database.unit_of_work():
                site = service.add(ada.actor, LAMPS)
                service.ask_deletion(ada.actor, site.id, "Lamps")
                assert [task.run_at for task in tasks(WAITING)] == [clock.now() + service.GRACE]
                service.forget(site.id)
            with database.unit_of_work() as session:
                assert session.get(Site, site.id) is not None
                clock.advance(service.GRACE.total_seconds())
                service.forget(site.id)
                service.forget(site.id)
                assert session.get(Site, site.id) is None

    def test_a_site_that_was_kept_is_not_deleted_by_the_task_that_waits(self, database: Database, ada: User) -> None:
        with clock.frozen(clock.now()), database.unit_of_work() as session:
            site = service.add(ada.actor, LAMPS)
            service.ask_deletion(ada.actor, site.id, "Lamps")
            service.keep(ada.actor, site.id)
            clock.advance(service.GRACE.total_seconds())
            service.forget(site.id)
            assert session.get(Site, site.id) is not None


class TestThisByline:
    @pytest.mark.usefixtures("unit_of_work")
    def test_it_is_there_from_the_start(self, ada: User, root: User) -> None:
        assert THIS_BYLINE in queries.collected()
        assert [one.site.id for one in queries.all_of(root.actor)] == [THIS_BYLINE]
        assert queries.all_of(ada.actor) == []
        with pytest.raises(NotFound):
            queries.get(ada.actor, THIS_BYLINE)

    @pytest.mark.usefixtures("unit_of_work")
    def test_it_follows_the_address_of_byline(self, root: User) -> None:
        service.follow_address("http://127.0.0.1:8000")
        assert queries.collected()[THIS_BYLINE].hostnames == ("127.0.0.1",)
        kept = Collecting(hostnames=("127.0.0.1", "mirror.example"))
        service.set_collecting(root.actor, THIS_BYLINE, kept)
        service.follow_address("https://byline.example")
        expected = ("byline.example", "www.byline.example", "mirror.example")
        assert queries.collected()[THIS_BYLINE].hostnames == expected
        before = queries.version()
        service.follow_address("https://byline.example")
        assert queries.version() == before

    @pytest.mark.usefixtures("unit_of_work")
    def test_it_can_be_renamed_but_not_moved(self, root: User) -> None:
        service.follow_address("https://byline.example")
        changed = service.change(root.actor, THIS_BYLINE, General("Our own", "https://elsewhere.example", "Asia/Tokyo"))
        assert (changed.name, changed.url, changed.time_zone) == ("Our own", "https://byline.example", "Asia/Tokyo")

    @pytest.mark.usefixtures("unit_of_work")
    def test_it_can_be_neither_deleted_nor_given_away(self, root: User, ada: User) -> None:
        with pytest.raises(Conflict):
            service.ask_deletion(root.actor, THIS_BYLINE, "This Byline")
        with pytest.raises(Conflict):
            team.offer(root.actor, THIS_BYLINE, ada.id)


class TestLeaving:
    @pytest.mark.usefixtures("version")
    def test_sites_are_hidden_and_come_back(self, database: Database, lamps: Site, ada: User) -> None:
        with database.unit_of_work():
            service.hide_all_of(ada.id)
        with database.unit_of_work() as session:
            assert lamps.id not in queries.collected()
            assert queries.all_of(ada.actor) == []
            assert session.scalar(select(func.count()).select_from(Site)) == 2
        with database.unit_of_work():
            service.show_all_of(ada.id)
            assert lamps.id in queries.collected()

    def test_sites_of_the_deleted_go_at_once(self, database: Database, lamps: Site, ada: User) -> None:
        with database.unit_of_work():
            service.let_go_all_of(ada.id)
        with database.unit_of_work() as session:
            assert len(tasks(WAITING)) == 1
            service.forget(lamps.id)
            assert session.get(Site, lamps.id) is None
