"""Plausible's export: a table of sums for each report, named in the file's name."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import PurePosixPath

from byline.analytics.collect import addresses, origins
from byline.analytics.importing.others import reading
from byline.analytics.importing.others.reading import Fields, Left, Row, Table, Unusable, word
from byline.analytics.store.dimensions import Dimension

_NAME = re.compile(r"(imported_[a-z_]+?)(?:_\d{8}_\d{8})?(?: ?\(\d+\))?\.csv")
_UTM = (
    ("utm medium", Dimension.UTM_MEDIUM),
    ("utm campaign", Dimension.UTM_CAMPAIGN),
    ("utm content", Dimension.UTM_CONTENT),
    ("utm term", Dimension.UTM_TERM),
)
_KINDS = {"Outbound Link: Click": Dimension.OUTBOUND, "File Download": Dimension.DOWNLOAD, "404": Dimension.NOT_FOUND}


def table(name: str, columns: tuple[str, ...]) -> Table | Left | None:
    """How a file of that name is read; None for one that is not Plausible's."""
    found = _NAME.fullmatch(PurePosixPath(name).name)
    if not found or "date" not in columns:
        return None
    known = _TABLES.get(found[1])
    if known is None:
        return Left.NO_PLACE
    about, read, notes = known
    return Table(about, read, columns, notes)


def _counts(fields: Fields, visits: str = "visits") -> dict[str, int]:
    return {
        "visitors": reading.number(fields, "visitors"),
        "visits": reading.number(fields, visits),
        "pageviews": reading.number(fields, "pageviews"),
        "bounces": reading.number(fields, "bounces"),
        "duration_s": reading.number(fields, "visit duration"),
    }


def _visitors(fields: Fields) -> Iterator[Row]:
    yield Row(reading.day(fields["date"]), Dimension.TOTAL, "", _counts(fields))


def _sources(fields: Fields) -> Iterator[Row]:
    day, counts = reading.day(fields["date"]), _counts(fields)
    said = word(fields.get("utm source", "")) or word(fields.get("source", ""))
    source = origins.named_source(said) if said and said != "Direct / None" else origins.Source("")
    medium, campaign = word(fields.get("utm medium", "")), word(fields.get("utm campaign", ""))
    referrer = word(fields.get("referrer", ""))
    host = referrer.partition("/")[0]
    channel = origins.channel_of(source, medium.lower(), campaign.lower(), host)
    yield Row(day, Dimension.SOURCE, source.name, counts)
    yield Row(day, Dimension.CHANNEL, channel, counts)
    if referrer:
        yield Row(day, Dimension.REFERRER, referrer, counts)
    for name, dimension in _UTM:
        text = word(fields.get(name, ""))
        if text:
            yield Row(day, dimension, text, counts)


def _pages(fields: Fields) -> Iterator[Row]:
    counts = {name: reading.number(fields, name) for name in ("visitors", "visits", "pageviews")}
    yield Row(reading.day(fields["date"]), Dimension.PAGE, reading.page(fields.get("page", "")), counts)


def _entries(fields: Fields) -> Iterator[Row]:
    text = reading.page(fields.get("entry page", ""))
    yield Row(reading.day(fields["date"]), Dimension.ENTRY, text, _counts(fields, "entrances"))


def _exits(fields: Fields) -> Iterator[Row]:
    text = reading.page(fields.get("exit page", ""))
    yield Row(reading.day(fields["date"]), Dimension.EXIT, text, _counts(fields, "exits"))


def _of(dimension: Dimension, name: str, clean: Callable[[str], str]) -> Callable[[Fields], Iterator[Row]]:
    def read(fields: Fields) -> Iterator[Row]:
        yield Row(reading.day(fields["date"]), dimension, clean(fields.get(name, "")), _counts(fields))

    return read


def _events(fields: Fields) -> Iterator[Row]:
    name = word(fields.get("name", ""))
    if not name:
        raise Unusable("The event has no name.")
    day = reading.day(fields["date"])
    dimension = _KINDS.get(name, Dimension.EVENT)
    events = reading.number(fields, "events")
    counts = {"visitors": reading.number(fields, "visitors"), "events": events}
    yield Row(day, dimension, _event_text(dimension, name, fields), counts)
    yield Row(day, Dimension.TOTAL, "", {"events": events})


def _event_text(dimension: Dimension, name: str, fields: Fields) -> str:
    if dimension is Dimension.NOT_FOUND:
        return reading.page(fields.get("path", ""))
    if dimension is Dimension.EVENT:
        return name
    address = word(fields.get("link url", "") or fields.get("url", ""))
    try:
        target = addresses.page(address)
    except ValueError:
        return address
    return target.host + target.path


_TABLES: dict[str, tuple[str, Callable[[Fields], Iterator[Row]], tuple[str, ...]]] = {
    "imported_visitors": ("Visitors, visits and pageviews", _visitors, ()),
    "imported_sources": ("Sources, channels and campaigns", _sources, ()),
    "imported_pages": ("Pages", _pages, ("hosts of pages", "time on page", "scroll depth of pages")),
    "imported_entry_pages": ("Entry pages", _entries, ()),
    "imported_exit_pages": ("Exit pages", _exits, ()),
    "imported_locations": (
        "Countries",
        _of(Dimension.COUNTRY, "country", reading.country),
        ("regions and cities",),
    ),
    "imported_devices": ("Devices", _of(Dimension.DEVICE, "device", reading.device), ()),
    "imported_browsers": (
        "Browsers",
        _of(Dimension.BROWSER, "browser", reading.browser),
        ("versions of browsers",),
    ),
    "imported_operating_systems": (
        "Systems",
        _of(Dimension.SYSTEM, "operating system", reading.system),
        ("versions of systems",),
    ),
    "imported_custom_events": ("Events", _events, ()),
}
