"""The dashboard: what a URL asks is answered, filtered by links, and nothing in a URL breaks it."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient

from byline.accounts.models import User
from byline.analytics.definitions import DIMENSIONS
from byline.analytics.hits import Kind, Reason, Refused
from byline.analytics.report import filters, service
from byline.analytics.report.rules import Deed, FunnelForm, GoalForm
from byline.analytics.sites.models import THIS_BYLINE, Site
from byline.kernel.db import Database
from tests import budget
from tests.conftest import NOON
from tests.factories import LogIn, MakeUser
from tests.statistics.conftest import Count
from tests.statistics.readers import did, viewed

pytestmark = pytest.mark.usefixtures("unlimited", "stopped_clock")
STATEMENTS = 8


@pytest.fixture
def browser(log_in: LogIn, ada: User) -> FlaskClient:
    return log_in(ada)


def tiles(page: str) -> dict[str, str]:
    return dict(re.findall(r'data-metric="(\w+)" data-value="([^"]*)"', page))


def rows(page: str, dimension: str) -> list[tuple[str, str, str]]:
    found = rf'data-dimension="{dimension}" data-key="([^"]*)" data-visitors="(\d+)" data-pageviews="(\d+)"'
    return re.findall(found, page)


def visit_some(count: Count, site_id: int) -> None:
    count(
        viewed(site_id, 1, "/", 300, view=1),
        viewed(site_id, 1, "/lamps", 290, view=2),
        viewed(site_id, 2, "/", 200, view=3, source="Bing", country="FR"),
        viewed(site_id, 3, "/", 100, view=4, source="", country="NO"),
        did(site_id, 3, "Sign-up", 90, plan="yearly"),
    )


def test_tiles_and_rows_say_their_numbers(browser: FlaskClient, lamps: Site, count: Count) -> None:
    visit_some(count, lamps.id)
    page = browser.get(f"/sites/{lamps.id}?period=today").text
    assert tiles(page) == tiles(page) | {"visitors": "3", "visits": "3", "pageviews": "4", "views_per_visit": "1.33"}
    assert len(tiles(page)) == 8
    assert all(f'href="/sites/definitions#{name}"' in page for name in tiles(page))
    asked = [browser.get(f"/sites/{lamps.id}?period={period}").text for period in ("today", "7d")]
    assert ["Visitors of several days are" in page for page in asked] == [False, True]
    assert rows(page, "page") == [("/", "3", "3"), ("/lamps", "1", "1")]
    assert {row[0] for row in rows(page, "country")} == {"DE", "FR", "NO"}


def test_every_list_shows_rows_in_full(browser: FlaskClient, lamps: Site, count: Count) -> None:
    said = {"referrer": "a.example/b", "channel": "Referral", "language": "de", "screen": "<576", "host": "a.example"}
    said |= dict.fromkeys(("utm_medium", "utm_campaign", "utm_content", "utm_term"), "x")
    done = {Kind.OUTBOUND: "https://b.example/", Kind.DOWNLOAD: "/a.pdf", Kind.NOT_FOUND: "/gone"}
    visit_some(count, lamps.id)
    count(
        viewed(lamps.id, 4, "/", 80, view=5, **said),
        *(viewed(lamps.id, 4, "/", 70, kind=kind, name=name, **said) for kind, name in done.items()),
    )
    for name in DIMENSIONS:
        answer = browser.get(f"/sites/{lamps.id}/by/{name}?period=today")
        assert answer.status_code == (404 if name == "prop" else 200), name
        assert name == "prop" or rows(answer.text, name), name


def test_each_row_leads_to_its_filter(browser: FlaskClient, lamps: Site, count: Count) -> None:
    visit_some(count, lamps.id)
    page = browser.get(f"/sites/{lamps.id}?period=today").text
    link = re.search(r'class="row-name" href="([^"]*)" title="Bing"', page)
    assert link
    narrowed = browser.get(f"/sites/{lamps.id}{link[1].replace('&amp;', '&')}").text
    assert tiles(narrowed)["visitors"] == "1"
    assert 'class="filter-chip"' in narrowed


@pytest.mark.parametrize(
    ("asked", "visitors"),
    [
        ("f=is_not,source,Google", "2"),
        ("f=is,source,Google,Bing", "2"),
        ("f=contains,page,AMP", "1"),
        ("f=is,source,", "1"),
        ("f=is,event,Sign-up", "1"),
        ("f=is,country,DE&f=is,source,Bing", "0"),
        ("f=is,prop:plan,yearly", "1"),
    ],
)
def test_filters_narrow_all_of_it(browser: FlaskClient, lamps: Site, count: Count, asked: str, visitors: str) -> None:
    visit_some(count, lamps.id)
    assert tiles(browser.get(f"/sites/{lamps.id}?period=today&{asked}").text)["visitors"] == visitors


def test_the_form_of_filters_leads_to_an_address_that_holds_them(browser: FlaskClient, lamps: Site) -> None:
    answer = browser.get(f"/sites/{lamps.id}?period=7d&add=page&how=contains&value=a,b")
    assert answer.headers["Location"] == f"/sites/{lamps.id}?period=7d&f=contains%2Cpage%2Ca%5C%2Cb"


def test_a_site_that_nobody_visited_shows_the_way_instead_of_zeros(browser: FlaskClient, lamps: Site) -> None:
    page = browser.get(f"/sites/{lamps.id}").text
    assert f'href="/sites/{lamps.id}/install"' in page
    assert tiles(page) == {}


def test_empty_days_of_a_site_with_readers_are_zeros(browser: FlaskClient, lamps: Site, count: Count) -> None:
    visit_some(count, lamps.id)
    page = browser.get(f"/sites/{lamps.id}?period=yesterday").text
    assert tiles(page)["visitors"] == "0"
    assert "Nothing in these days." in page


def test_what_was_not_counted_is_said(browser: FlaskClient, lamps: Site, count: Count) -> None:
    count(Refused(lamps.id, int(NOON.timestamp() * 1000), Reason.BOT, 7))
    page = browser.get(f"/sites/{lamps.id}?period=today").text
    assert "7 hits were not counted" in page


def test_the_map_knows_more_countries_than_the_list_shows(browser: FlaskClient, lamps: Site, count: Count) -> None:
    codes = ["DE", "FR", "NO", "SE", "FI", "DK", "NL", "BE", "CH", "AT", "IT", "ES", "PT", "PL"]
    count(*(viewed(lamps.id, who, "/", who, country=code) for who, code in enumerate(codes, 1)))
    for asked in ("period=today", "period=today&f=is,page,/"):
        page = browser.get(f"/sites/{lamps.id}?{asked}").text
        assert len(rows(page, "country")) == 9
        assert len(re.findall(r'<path class="heat-', page)) == len(codes)


def test_realtime_shows_minutes_and_compares_nothing(browser: FlaskClient, lamps: Site, count: Count) -> None:
    count(viewed(lamps.id, 1, "/", 2), viewed(lamps.id, 2, "/lamps", 20), viewed(lamps.id, 3, "/old", 200))
    page = browser.get(f"/sites/{lamps.id}?period=realtime&compare=previous&metric=bounce_rate&by=entry").text
    assert tiles(page) == {"visitors": "2", "visits": "2", "pageviews": "2"}
    assert {row[0] for row in rows(page, "page")} == {"/", "/lamps"}
    assert "data-realtime" in page
    assert 'data-current="1"' in page
    assert "tile-change" not in page
    assert "/by/page" not in page
    assert "Today. " in browser.get(f"/sites/{lamps.id}/by/page?period=realtime").text


@pytest.mark.parametrize(
    "asked",
    [
        "period=all",
        "period=custom&from=2026-03-14&to=2026-01-01",
        "period=custom&from=0000-00-00&to=%00",
        "period[]=1&f=&f=,,,&f=is,page&segment=99999999999999999999&interval=minute&metric=x&by=page&by=nonsense",
        "f=" + "is,page," + "x" * 3_000,
        "&".join(["f=is,page,/" + str(n) for n in range(40)]),
        "f=is,page,%00%ff&compare=x",
        "period=year&compare=year&interval=month",
        "add=page&how=like&value=x",
        "segment=1&by=goals",
    ],
)
def test_nothing_in_an_address_breaks_it(browser: FlaskClient, lamps: Site, count: Count, asked: str) -> None:
    visit_some(count, lamps.id)
    assert browser.get(f"/sites/{lamps.id}?{asked}", follow_redirects=True).status_code == 200


def test_words_of_readers_are_only_words(browser: FlaskClient, lamps: Site, count: Count) -> None:
    count(viewed(lamps.id, 1, '/<script>"&', 5, source="<b>x", utm_campaign="\u202eevil"))
    page = browser.get(f"/sites/{lamps.id}?period=today&metric=pageviews").text
    assert "<script>&#34;" not in page
    assert "<b>x" not in page
    assert "&lt;b&gt;x" in page


def test_administrators_see_no_site_of_others_and_members_not_this_bylines(
    log_in: LogIn, make_user: MakeUser, lamps: Site, ada: User
) -> None:
    root = make_user("root", role="Administrator")
    assert log_in(root).get(f"/sites/{lamps.id}").status_code == 404
    assert log_in(root).get(f"/sites/{THIS_BYLINE}").status_code == 200
    assert log_in(ada).get(f"/sites/{THIS_BYLINE}").status_code == 404


def test_no_page_of_a_site_costs_more_than_its_budget(
    database: Database, browser: FlaskClient, lamps: Site, ada: User, count: Count
) -> None:
    visit_some(count, lamps.id)
    actor, one = ada.actor, filters.filter_of("source", "Google")
    with database.unit_of_work():
        service.add_goal(actor, lamps.id, GoalForm("Seen", Deed(path="/lamps")))
        service.add_goal(actor, lamps.id, GoalForm("Signed", Deed(event="Sign-up", props={"a": "1", "b": "2"})))
        funnel = service.add_funnel(actor, lamps.id, FunnelForm("Way", [Deed(path="/"), Deed(event="Sign-up")])).id
        segment = service.save_segment(actor, lamps.id, "Searchers", [one]).id
    here = f"/sites/{lamps.id}"
    since = f"compare=previous&segment={segment}"
    asked = f"period=all&{since}"
    costs = {}
    for path in (
        *(f"{here}?{asked}", f"{here}?{asked}&f=is,page,/", f"{here}?{since}&by=goals", f"{here}?period=realtime"),
        *(f"{here}/goals?{asked}", f"{here}/funnels?{asked}", f"{here}/funnels/{funnel}?{asked}"),
        *(f"{here}/coming-back?{asked}", f"{here}/segments", f"{here}/notes", f"{here}/by/event?{asked}"),
    ):
        browser.get("/sites/definitions")
        with budget.counted() as statements:
            assert browser.get(path).status_code == 200
        costs[path] = len(statements)
    # Goals of filtered days that are compared are one question more.
    allowed = {f"{here}?{since}&by=goals": STATEMENTS + 1}
    assert {path: cost for path, cost in costs.items() if cost > allowed.get(path, STATEMENTS)} == {}
