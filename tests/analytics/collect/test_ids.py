"""The same visitor has the same id on one day and one site, and nobody can tell more than that."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.exc import OperationalError

from byline.analytics.collect import ids
from byline.analytics.collect.ids import CARRIED_MS, DAY_MS, SaltsInMemory, Visitors, packed, visitor_id

NOON = 20_000 * DAY_MS + DAY_MS // 2
MIDNIGHT = 20_001 * DAY_MS
WHO = (packed("81.2.69.142"), b"Firefox")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("81.2.69.142", "::ffff:81.2.69.142"),
        ("81.2.69.142", "::FFFF:5102:458e"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::1"),
        ("2001:db8:1:2::1", "2001:0DB8:0001:0002::9%eth0"),
    ],
)
def test_addresses_of_one_visitor_are_the_same(one: str, other: str) -> None:
    assert packed(one) == packed(other) != b""


@pytest.mark.parametrize(
    ("one", "other"), [("81.2.69.142", "81.2.69.143"), ("2001:db8:1:2::1", "2001:db8:1:3::1"), ("::1", "0.0.0.1")]
)
def test_addresses_of_two_visitors_differ(one: str, other: str) -> None:
    assert packed(one) != packed(other)


@pytest.mark.parametrize("rubbish", ["", "-", "unix:", "1.2.3", "1.2.3.4.5", "x:y", "\0", "1.2.3.4 ", "é"])
def test_what_is_no_address_has_no_bytes(rubbish: str) -> None:
    assert packed(rubbish) == b""


@given(st.integers(1, 2**31), st.binary(max_size=8), st.binary(max_size=40), st.binary(max_size=40))
def test_an_id_is_of_64_bits_and_depends_on_each_part(site: int, address: bytes, agent: bytes, more: bytes) -> None:
    salt = b"s" * 32
    found = visitor_id(salt, site, address, agent)
    assert -(2**63) <= found < 2**63
    assert found == visitor_id(salt, site, address, agent)
    assert found != visitor_id(b"t" * 32, site, address, agent)
    assert found != visitor_id(salt, site + 1, address, agent)
    assert found != visitor_id(salt, site, address + b"x", agent)
    if more:
        # Moving bytes from the agent to the address is another visitor.
        assert visitor_id(salt, site, address + more, agent) != visitor_id(salt, site, address, more + agent)


def test_an_id_lasts_a_day_and_is_carried_over_midnight_for_half_an_hour() -> None:
    salts = SaltsInMemory()
    visitors = Visitors(salts)
    today = visitors.ids(1, NOON, *WHO)
    assert today == visitors.ids(1, MIDNIGHT - 1, *WHO)
    assert today[1] == 0
    after = visitors.ids(1, MIDNIGHT, *WHO)
    assert after[0] != today[0]
    assert after[1] == today[0]
    assert visitors.ids(1, MIDNIGHT + CARRIED_MS - 1, *WHO) == after
    assert visitors.ids(1, MIDNIGHT + CARRIED_MS, *WHO) == (after[0], 0)


def test_whoever_was_here_a_moment_ago_is_remembered_until_the_half_hour_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ids, "MOST_REMEMBERED", 3)
    visitors = Visitors(SaltsInMemory())
    agents = [b"%d" % number for number in range(10)]
    found = [visitors.ids(1, NOON, WHO[0], agent) for agent in agents]
    assert 0 < len(visitors._recent.ids) <= 3
    assert [visitors.ids(1, NOON, WHO[0], agent) for agent in agents] == found
    assert len(set(found)) == 10
    visitors.ids(1, NOON + CARRIED_MS, *WHO)
    assert list(visitors._recent.ids) == [(1, *WHO)]


def test_two_processes_that_share_salts_agree() -> None:
    salts = SaltsInMemory()
    assert Visitors(salts).ids(1, NOON, *WHO) == Visitors(salts).ids(1, NOON, *WHO)
    assert Visitors(salts).ids(1, NOON, *WHO) != Visitors(SaltsInMemory()).ids(1, NOON, *WHO)


def test_a_first_day_has_no_former_salt_and_makes_none() -> None:
    salts = SaltsInMemory()
    assert Visitors(salts).ids(1, MIDNIGHT, *WHO)[1] == 0
    assert salts.known(20_000) is None


class Flaky(SaltsInMemory):
    away = False

    def for_day(self, day: int) -> bytes:
        if self.away:
            raise OperationalError("", {}, Exception("away"))
        return super().for_day(day)

    def known(self, day: int) -> bytes | None:
        if self.away:
            raise OperationalError("", {}, Exception("away"))
        return super().known(day)


def test_a_database_that_is_away_stops_nobody_while_the_salt_is_known() -> None:
    salts = Flaky()
    visitors = Visitors(salts)
    before = visitors.ids(1, NOON, *WHO)
    visitors.prepare(NOON)
    salts.away = True
    assert visitors.ids(1, NOON + 1000, *WHO) == before
    assert visitors.ids(1, MIDNIGHT, *WHO)[1] == before[0]
    with pytest.raises(OperationalError):
        visitors.ids(1, MIDNIGHT + DAY_MS, *WHO)


def test_salts_of_days_gone_by_leave_the_memory() -> None:
    visitors = Visitors(SaltsInMemory())
    for day in range(5):
        visitors.ids(1, NOON + day * DAY_MS, *WHO)
    assert set(visitors._known) <= {20_002, 20_003, 20_004}


def test_what_a_server_tells_of_the_past_is_told_apart_by_days() -> None:
    salts = SaltsInMemory()
    visitors = Visitors(salts)
    salts.for_day(20_000)
    weeks_ago = [visitors.ids_of_the_past(1, NOON - days * DAY_MS, NOON, WHO)[0] for days in (0, 0, 10, 10, 11)]
    assert weeks_ago[0] == weeks_ago[1] == visitors.ids(1, NOON, *WHO)[0]
    assert weeks_ago[2] == weeks_ago[3]
    assert len(set(weeks_ago)) == 3
    assert salts.known(19_990) is None


def test_what_a_server_tells_of_yesterday_joins_what_was_seen_yesterday() -> None:
    visitors = Visitors(SaltsInMemory())
    yesterday = visitors.ids(1, NOON, *WHO)
    visitors.ids(1, NOON + DAY_MS, *WHO)
    assert visitors.ids_of_the_past(1, NOON, NOON + DAY_MS, WHO) == yesterday
