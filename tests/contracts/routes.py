"""The routes of the application, each with an address that exists in the world."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from flask.testing import FlaskClient
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from byline.kernel.access import Permission
from tests.contracts.access import ROWS, Row, Who
from tests.contracts.world import SAMPLES, World

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
LOGIN = "/auth/login"


@dataclass(frozen=True, slots=True)
class Route:
    """One rule of the application's map, with its address in the world."""

    endpoint: str
    address: str
    methods: frozenset[str]
    row: Row

    @property
    def unsafe(self) -> list[str]:
        """The methods that may change something."""
        return sorted(self.methods - SAFE)

    def refused_viewers(self, world: World) -> list[str]:
        """Who must not come in here."""
        who = self.row.who
        if isinstance(who, Permission):
            return ["stranger", world.without(who)]
        return {
            Who.ANYONE: [],
            Who.STRANGER: ["ada"],
            Who.MEMBER: ["stranger"],
            Who.OWNER: ["stranger", world.without(Permission.ADMINISTER)],
        }[who]

    def welcome_viewers(self) -> list[str]:
        """Who must come in here."""
        who = self.row.who
        if isinstance(who, Permission):
            return ["administrator"]
        return {
            Who.ANYONE: ["stranger", "ada", "administrator"],
            Who.STRANGER: ["stranger"],
            Who.MEMBER: ["ada", "administrator"],
            Who.OWNER: ["ada"],
        }[who]


def every_route(world: World) -> Iterator[Route]:
    """Every rule that has a row and samples, filled in. Two tests see to it that none is left out."""
    for rule in sorted(world.app.url_map.iter_rules(), key=lambda rule: (rule.endpoint, rule.rule)):
        row = ROWS.get(rule.endpoint)
        if row and not rule.redirect_to and not without_sample(rule):
            yield Route(rule.endpoint, address_of(rule, row, world), frozenset(rule.methods or ()), row)


def readable(world: World) -> list[Route]:
    """The routes that answer a GET."""
    return [route for route in every_route(world) if "GET" in route.methods]


def without_sample(rule: Rule) -> set[str]:
    """The arguments of the rule's address for which there is no value."""
    row = ROWS.get(rule.endpoint)
    return rule.arguments - set(rule.defaults or ()) - SAMPLES.keys() - set(row.values if row else ())


def address_of(rule: Rule, row: Row, world: World) -> str:
    """The rule's address with its arguments filled in."""
    values = {}
    for name in rule.arguments - set(rule.defaults or ()):
        given = row.values.get(name, SAMPLES.get(name))
        values[name] = given(world) if callable(given) else given
    built = rule.build(values)
    assert built is not None, rule.rule
    return built[1]


def open_page(browser: FlaskClient, address: str) -> TestResponse:
    """GET it as a browser does."""
    return browser.get(address, headers={"Accept": "text/html,*/*;q=0.8"}, buffered=True)


def was_let_in(answer: TestResponse) -> bool:
    """Whether the viewer came in: neither refused nor sent to the log-in page."""
    if 300 <= answer.status_code < 400:
        return not answer.headers.get("Location", "").startswith(LOGIN)
    return answer.status_code not in (401, 403)


def was_refused(answer: TestResponse) -> bool:
    """Whether the viewer was kept out, or was told that there is nothing."""
    return answer.status_code == 404 or not was_let_in(answer)
