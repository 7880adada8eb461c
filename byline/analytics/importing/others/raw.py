"""Umami and GoatCounter export single pageviews and events: they become hits of the past, without an address."""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import blake2b

from byline.analytics.collect import addresses, origins
from byline.analytics.collect.addresses import Page
from byline.analytics.collect.ids import CARRIED_MS, DAY_MS
from byline.analytics.collect.reading import screen
from byline.analytics.hits import Hit, Kind
from byline.analytics.importing.others import reading
from byline.analytics.importing.others.reading import Fields, Table, Unusable, word

UMAMI = {"url path", "created at", "session id"}
GOATCOUNTER = {"path", "session", "date", "bot", "event"}
_EVENT, _PAGEVIEW = "2", "1"
_NOBODY: tuple[str, ...] = ("", "00000000-0000-0000-0000-000000000000", "0")


def table(columns: tuple[str, ...], key: bytes, own_host: str) -> tuple[str, Table] | None:
    """Whose table it is and how it is read, by its columns; `key` keeps its sessions from being known elsewhere."""
    if set(columns) >= UMAMI:
        left = ("titles of pages", "regions and cities", "properties of events")
        return "umami", Table("Pageviews and events", _Umami(key, own_host).read, columns, left)
    if set(columns) >= GOATCOUNTER:
        notes = ("titles of pages", "regions")
        return "goatcounter", Table("Pageviews and events", _GoatCounter(key, own_host).read, columns, notes)
    return None


class _Reader:
    def __init__(self, key: bytes, own_host: str) -> None:
        self._key = key
        self._own_host = own_host

    def _ids(self, session: str, at_ms: int) -> tuple[int, int]:
        """A visitor is known for a day, as visitors here are, and half an hour longer for a visit over midnight."""
        day, since_midnight = divmod(at_ms, DAY_MS)
        return self._id(session, day), self._id(session, day - 1) if since_midnight < CARRIED_MS else 0

    def _id(self, session: str, day: int) -> int:
        heard = f"{day} {session}".encode(errors="ignore")
        return int.from_bytes(blake2b(heard, digest_size=8, key=self._key).digest(), signed=True) or 1

    def _hit(self, session: str, at_ms: int, page: Page, referrer: str) -> Hit:
        visitor, former = self._ids(session, at_ms)
        source, channel, came_from = origins.origin(page, origins.referral(referrer), self._own_host)
        hit = Hit(1, at_ms, visitor, former, host=page.host, path=page.path, source=source, channel=channel)
        return hit._replace(
            referrer=came_from,
            utm_medium=page.medium,
            utm_campaign=page.campaign,
            utm_content=page.content,
            utm_term=page.term,
        )


class _Umami(_Reader):
    """`website_event.csv`: a row for each event, with what is known of its session."""

    def read(self, fields: Fields) -> Iterator[Hit]:
        """The hit of a row."""
        kind = fields.get("event type", _PAGEVIEW).strip() or _PAGEVIEW
        if kind not in (_PAGEVIEW, _EVENT):
            return
        at_ms = reading.moment_ms(fields["created at"])
        page = self._page(fields)
        host, path = fields.get("referrer domain", "").strip(), fields.get("referrer path", "").strip()
        hit = self._hit(fields["session id"], at_ms, page, f"https://{host}/{path.lstrip('/')}" if host else "")
        hit = hit._replace(
            browser=reading.browser(fields.get("browser", "")),
            system=reading.system(fields.get("os", "")),
            device=reading.device(fields.get("device", "")),
            screen=screen(_width(fields.get("screen", ""), "x")),
            language=fields.get("language", "").strip().lower().partition("-")[0][:3],
            country=reading.country(fields.get("country", "")),
        )
        name = word(fields.get("event name", ""))
        yield hit._replace(kind=Kind.EVENT, name=name) if kind == _EVENT and name else hit

    def _page(self, fields: Fields) -> Page:
        path = fields["url path"].strip()
        if not path:
            raise Unusable("There is no page.")
        host = fields.get("hostname", "").strip() or self._own_host or "unknown.invalid"
        query = fields.get("url query", "").strip().lstrip("?")
        return _page(host, f"{path}?{query}" if query else path)


class _GoatCounter(_Reader):
    """The CSV with a row for each pageview; the first column's name begins with the version."""

    def read(self, fields: Fields) -> Iterator[Hit]:
        """The hit of a row; bots have none."""
        if fields["bot"].strip() not in ("", "0", "false"):
            return
        at_ms = reading.moment_ms(fields["date"])
        is_event = fields["event"].strip().lower() in ("true", "1")
        page = _page(self._own_host or "unknown.invalid", "/" if is_event else fields["path"].strip())
        session = fields["session"].strip()
        if session in _NOBODY:
            session = f"{fields['date']} {fields['path']}"
        hit = self._hit(session, at_ms, page, self._referrer(fields))
        hit = self._with_campaign(hit, fields)._replace(
            browser=reading.browser(_without_version(fields.get("browser", ""))),
            system=reading.system(_without_version(fields.get("system", ""))),
            screen=screen(_width(fields.get("screen size", ""), ",")),
            country=reading.country(fields.get("location", "")),
        )
        yield hit._replace(kind=Kind.EVENT, name=word(fields["path"]), path="") if is_event else hit

    def _referrer(self, fields: Fields) -> str:
        said = fields.get("referrer", "").strip()
        return f"https://{said}" if said and fields.get("referrer scheme", "").strip() in ("h", "") else ""

    def _with_campaign(self, hit: Hit, fields: Fields) -> Hit:
        said = word(fields.get("referrer", ""))
        if not said or fields.get("referrer scheme", "").strip() in ("h", "", "o"):
            return hit
        source = origins.named_source(said)
        return hit._replace(source=source.name, channel=origins.channel_of(source, "", "", ""))


def _page(host: str, target: str) -> Page:
    try:
        found = addresses.page(f"https://{host}/{target.lstrip('/')}")
    except ValueError as reason:
        raise Unusable(str(reason)) from None
    return found._replace(host="") if found.host == "unknown.invalid" else found


def _width(text: str, between: str) -> int:
    first = text.partition(between)[0].strip().partition(".")[0]
    return int(first) if first.isascii() and first.isdecimal() and len(first) < 7 else 0


def _without_version(text: str) -> str:
    name, _, version = text.strip().rpartition(" ")
    return name if name and version[:1].isdecimal() else text
