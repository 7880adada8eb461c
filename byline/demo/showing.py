"""What the owner of the demo's shop asks of visitors and shows to others: experiments, and links to the numbers."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from byline.accounts.models import User
from byline.analytics.experiments import queries, rules, service
from byline.analytics.experiments.rules import Plan, Variant
from byline.analytics.report.rules import Deed
from byline.analytics.sites.models import Site
from byline.demo.visiting import Trial, readers
from byline.kernel import clock
from byline.statistics.sharing import service as sharing
from byline.statistics.sharing.rules import NewShare

HOUR = timedelta(hours=1)


def settle(owner: User, shop: Site, now: datetime) -> None:
    """Begin the experiments, end those that are over, and let others see the numbers. Call it in a unit of work."""
    for wish in _wishes():
        _try_out(owner, shop, wish, now)
    with clock.frozen(now - timedelta(days=20)):
        sharing.set_public(owner.actor, shop.id, True)
        sharing.make_share(owner.actor, shop.id, NewShare("The lantern workshop"))


def trials(shop: Site) -> tuple[Trial, ...]:
    """The shop's experiments as its visitors meet them."""
    known = {experiment.key: experiment for experiment in queries.listed(shop.id)}
    return tuple(
        Trial(
            id=found.id,
            key=found.key,
            variants=tuple(variant.name for variant in rules.variants_of(found)),
            on=wish["on"],
            begins=found.started_at,
            ends=found.ended_at,
            event=found.event,
            lifts=tuple(wish["lifts"]),
        )
        for wish in _wishes()
        if (found := known.get(wish["key"])) and found.started_at
    )


def _wishes() -> list[dict[str, Any]]:
    wishes: list[dict[str, Any]] = readers()["shop"]["experiments"]
    return wishes


def _try_out(owner: User, shop: Site, wish: dict[str, Any], now: datetime) -> None:
    variants = [Variant(name) for name in wish["variants"]]
    plan = Plan(wish["name"], wish["key"], variants, wish["goal"], Deed(event=wish["event"]))
    with clock.frozen(now - timedelta(days=wish["began_days_ago"]) - HOUR):
        made = service.start(owner.actor, shop.id, service.add(owner.actor, shop.id, plan).id)
    if "ended_days_ago" in wish:
        with clock.frozen(now - timedelta(days=wish["ended_days_ago"])):
            service.end(owner.actor, shop.id, made.id, wish["variants"][-1])
            # Nobody was counted yet. Its visitors come afterwards, and the shop keeps single events for good.
            made.counted = None
