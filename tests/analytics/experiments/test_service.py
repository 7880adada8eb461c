"""Experiments are described, started, ended and deleted; the rules that hold meanwhile."""

from __future__ import annotations

from typing import Any

import pytest

from byline.accounts.models import User
from byline.analytics.experiments import queries, rules, service
from byline.analytics.experiments.models import Experiment, State
from byline.analytics.experiments.rules import Variant
from byline.analytics.report.rules import Deed
from byline.analytics.sites import queries as sites_queries
from byline.analytics.sites.models import Site, SiteMember
from byline.kernel import clock, state
from byline.kernel.db import Database
from byline.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from tests.analytics.experiments.conftest import Run, plan
from tests.factories import MakeUser

TWO = (Variant("plain"), Variant("bold"))


class TestRules:
    @pytest.mark.parametrize(
        ("changes", "field"),
        [
            ({"name": " "}, "name"),
            ({"name": "x" * 101}, "name"),
            ({"key": ""}, "key"),
            ({"key": "new"}, "key"),
            ({"key": "7"}, "key"),
            ({"key": "a b"}, "key"),
            ({"key": "a/b"}, "key"),
            ({"key": "a\0"}, None),
            ({"key": "é"}, "key"),
            ({"key": "a" * 41}, "key"),
            ({"variants": ()}, "variants"),
            ({"variants": TWO[:1]}, "variants"),
            ({"variants": (*TWO, Variant("plain"))}, "variant-2"),
            ({"variants": (*TWO, Variant("<b>"))}, "variant-2"),
            ({"variants": (Variant("plain", 0), TWO[1])}, "variant-0"),
            ({"variants": (Variant("plain", 1001), TWO[1])}, "variant-0"),
            ({"variants": tuple(Variant(f"v{number}") for number in range(6))}, "variants"),
            ({"deed": Deed()}, "goal"),
        ],
    )
    def test_a_plan_that_is_none_is_refused_beside_its_field(self, changes: dict[str, Any], field: str | None) -> None:
        if field is None:
            assert rules.checked(plan(**changes)).key == "a"
            return
        with pytest.raises(Invalid) as refusal:
            rules.checked(plan(**changes))
        assert list(refusal.value.fields) == [field]

    def test_names_are_put_in_order_and_empty_lines_left_out(self) -> None:
        given = (Variant(" Plain "), Variant(""), Variant("BOLD", 3))
        found = rules.checked(plan(key=" Headline ", variants=given))
        assert (found.key, found.variants) == ("headline", (Variant("plain"), Variant("bold", 3)))


class TestService:
    def test_the_same_plan_twice_is_one_experiment(self, database: Database, ada: User, lamps: Site) -> None:
        with database.unit_of_work():
            first = service.add(ada.actor, lamps.id, plan())
            assert service.add(ada.actor, lamps.id, plan()) is first

    def test_a_key_belongs_to_one_experiment(self, database: Database, ada: User, lamps: Site) -> None:
        with database.unit_of_work():
            service.add(ada.actor, lamps.id, plan())
            other = service.add(ada.actor, lamps.id, plan(key="colour"))
            with pytest.raises(Invalid) as refusal:
                service.add(ada.actor, lamps.id, plan(name="Other"))
            assert list(refusal.value.fields) == ["key"]
            with pytest.raises(Invalid):
                service.change(ada.actor, lamps.id, other.id, plan())

    def test_what_runs_is_not_changed_nor_deleted(self, run: Run, database: Database, ada: User) -> None:
        mine = run()
        with database.unit_of_work():
            for act in (service.start, service.delete, service.reopen):
                with pytest.raises(Conflict):
                    act(ada.actor, mine.site_id, mine.id)
            with pytest.raises(Conflict):
                service.change(ada.actor, mine.site_id, mine.id, plan(variants=(*TWO, Variant("odd"))))

    def test_an_ended_one_keeps_its_winner_and_its_numbers(self, run: Run, database: Database, ada: User) -> None:
        mine = run()
        with database.unit_of_work():
            with pytest.raises(Invalid):
                service.end(ada.actor, mine.site_id, mine.id, "none")
            ended = service.end(ada.actor, mine.site_id, mine.id, "bold", [(0, 0, 5, 1), (1, 0, 6, 2)])
            assert (ended.state, ended.winner) == (State.ENDED, "bold")
            assert ended.counted == [[0, 0, 5, 1], [1, 0, 6, 2]]
            with pytest.raises(Conflict):
                service.end(ada.actor, mine.site_id, mine.id, "plain")

    @pytest.mark.usefixtures("stopped_clock")
    def test_an_ended_one_goes_on_within_a_day_alone(self, run: Run, database: Database, ada: User) -> None:
        mine = run()
        with database.unit_of_work():
            service.end(ada.actor, mine.site_id, mine.id, "bold", [(0, 0, 5, 1)])
            clock.advance(24 * 3600)
            again = service.reopen(ada.actor, mine.site_id, mine.id)
            assert (again.state, again.winner, again.counted) == (State.RUNNING, "", None)
            service.end(ada.actor, mine.site_id, mine.id, "bold")
            clock.advance(24 * 3600 + 1)
            with pytest.raises(Conflict):
                service.reopen(ada.actor, mine.site_id, mine.id)

    def test_a_site_has_so_many_and_no_more(
        self, run: Run, database: Database, ada: User, lamps: Site, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(rules, "MOST_EXPERIMENTS", 3)
        monkeypatch.setattr(rules, "MOST_RUNNING", 2)
        run(key="a")
        run(key="b")
        with database.unit_of_work():
            third = service.add(ada.actor, lamps.id, plan(key="c"))
            with pytest.raises(Conflict):
                service.start(ada.actor, lamps.id, third.id)
            with pytest.raises(Invalid):
                service.add(ada.actor, lamps.id, plan(key="d"))

    def test_each_change_is_told_to_pages(self, database: Database, ada: User, lamps: Site) -> None:
        versions = []
        with database.unit_of_work():
            made = service.add(ada.actor, lamps.id, plan())
            for act in (service.start, service.take_back, service.start):
                versions.append(state.topic_version(queries.TOPIC))
                act(ada.actor, lamps.id, made.id)
            service.end(ada.actor, lamps.id, made.id, "bold")
            versions.append(state.topic_version(queries.TOPIC))
            service.delete(ada.actor, lamps.id, made.id)
            versions.append(state.topic_version(queries.TOPIC))
        assert versions == sorted(set(versions))


class TestRights:
    def acts(self, mine: Experiment, actor: Any) -> list[Any]:
        where = (actor, mine.site_id)
        return [
            lambda: service.add(*where, plan(key="other")),
            lambda: service.change(*where, mine.id, plan()),
            lambda: service.start(*where, mine.id),
            lambda: service.take_back(*where, mine.id),
            lambda: service.end(*where, mine.id, "bold"),
            lambda: service.reopen(*where, mine.id),
            lambda: service.delete(*where, mine.id),
        ]

    @pytest.mark.parametrize(("role", "kind"), [(None, NotFound), ("viewer", NotAllowed)])
    def test_who_may_not_edit_the_site_changes_nothing(
        self, run: Run, database: Database, make_user: MakeUser, role: str | None, kind: type[Exception]
    ) -> None:
        mine, grace = run(), make_user("grace")
        with database.unit_of_work() as session:
            if role:
                member = {"site_id": mine.site_id, "user_id": grace.id}
                session.add(SiteMember(role=role, created_at=clock.now(), **member))
                session.flush()
                assert sites_queries.get(grace.actor, mine.site_id).id == mine.site_id
            for act in self.acts(mine, grace.actor):
                with pytest.raises(kind):
                    act()

    def test_an_experiment_of_another_site_is_not_found(
        self, run: Run, database: Database, make_user: MakeUser
    ) -> None:
        from byline.analytics.sites import service as sites
        from byline.analytics.sites.content import General

        mine, grace = run(), make_user("grace")
        with database.unit_of_work():
            hers = sites.add(grace.actor, General("Other", "https://other.example"))
            with pytest.raises(NotFound):
                service.end(grace.actor, hers.id, mine.id, "bold")
