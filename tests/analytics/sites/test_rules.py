"""Who may do what with a site: a table of cases."""

from __future__ import annotations

import pytest

from byline.analytics.sites import rules
from byline.analytics.sites.models import THIS_BYLINE, Site
from byline.analytics.sites.rules import Access
from byline.kernel import clock
from byline.kernel.access import ANONYMOUS, EVERYTHING, NOTHING, Actor
from byline.kernel.errors import NotAllowed, NotAuthenticated

OWNER = Actor(1, "ada", NOTHING, confirmed=True)
SOMEBODY = Actor(2, "grace", NOTHING, confirmed=True)
ADMINISTRATOR = Actor(3, "root", EVERYTHING, confirmed=True)
UNCONFIRMED = Actor(1, "ada", NOTHING, confirmed=False)


def site(**columns: object) -> Site:
    return Site(**{"id": 7, "owner_id": 1, "name": "Lamps", **columns})


@pytest.mark.parametrize(
    ("actor", "role", "expected"),
    [
        (OWNER, None, Access.OWN),
        (SOMEBODY, None, Access.NONE),
        (SOMEBODY, "viewer", Access.VIEW),
        (SOMEBODY, "editor", Access.EDIT),
        (ADMINISTRATOR, None, Access.NONE),
        (UNCONFIRMED, None, Access.NONE),
        (ANONYMOUS, None, Access.NONE),
    ],
)
def test_access_to_a_members_site(actor: Actor, role: str | None, expected: Access) -> None:
    assert rules.access(actor, site(), role) is expected


@pytest.mark.parametrize(
    ("actor", "role", "expected"),
    [
        (ADMINISTRATOR, None, Access.OWN),
        (SOMEBODY, None, Access.NONE),
        (SOMEBODY, "viewer", Access.VIEW),
        (ANONYMOUS, None, Access.NONE),
    ],
)
def test_access_to_this_byline(actor: Actor, role: str | None, expected: Access) -> None:
    assert rules.access(actor, site(id=THIS_BYLINE, owner_id=None), role) is expected


@pytest.mark.parametrize("away", ["hidden_at", "deletion_asked_at"])
def test_nobody_reaches_a_site_that_is_away(away: str) -> None:
    gone = site(**{away: clock.now()})
    assert rules.access(OWNER, gone) is Access.NONE
    assert rules.access(SOMEBODY, gone, "editor") is Access.NONE


def test_only_confirmed_members_below_the_limit_add_sites() -> None:
    assert rules.may_add(OWNER, rules.MOST_SITES - 1)
    assert not rules.may_add(OWNER, rules.MOST_SITES)
    assert not rules.may_add(UNCONFIRMED, 0)
    with pytest.raises(NotAuthenticated):
        rules.keeper(ANONYMOUS)
    with pytest.raises(NotAllowed):
        rules.keeper(UNCONFIRMED)
