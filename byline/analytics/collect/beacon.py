"""The beacon: a small WSGI function in front of Flask that answers `/sites/<id>/visit`, and passes on all else.

It opens no session, sets no cookie and asks no database per hit: what it must know of the sites is looked at about
once a second, and the day's salt once a day.
"""

from __future__ import annotations

import hmac
import json
from collections.abc import Callable, Iterable, Mapping
from io import BytesIO
from typing import Any

from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.formparser import parse_form_data

from byline.analytics.collect import countries, reading
from byline.analytics.collect.collector import Asked, Collector
from byline.analytics.collect.ids import Salts, Visitors
from byline.analytics.collect.limits import Limit
from byline.analytics.collect.reading import MOST_HITS, Sent, Told, Unusable
from byline.analytics.collect.spool import Spool
from byline.analytics.sites import keys
from byline.analytics.sites.queries import Collected
from byline.analytics.sites.watching import Directory
from byline.kernel import clock
from byline.kernel.errors import Unavailable
from byline.kernel.settings import Settings

Environ = dict[str, Any]
Start = Callable[..., Any]
Answer = Iterable[bytes]

LARGEST_BODY = 64 * 1024
LARGEST_BATCH = 1024 * 1024
MOST_LOOKS = 600
"""A minute. An address that no site has makes this process look whether there is one since; not more often."""
MOST_ERRORS = 100

FROM_ANYWHERE = [
    ("Access-Control-Allow-Origin", "*"),
    ("Cross-Origin-Resource-Policy", "cross-origin"),
    ("Cache-Control", "no-store"),
]
_TAKEN = "204 No Content"
PREFLIGHT = [
    *FROM_ANYWHERE,
    ("Access-Control-Allow-Methods", "GET, POST, OPTIONS"),
    ("Access-Control-Allow-Headers", "Content-Type, Authorization"),
    ("Access-Control-Max-Age", "86400"),
]
METHODS = ("GET", "POST", "HEAD", "OPTIONS")
_NOT_FOR_BROWSERS = (*reading.FOR_SERVERS, "hits")
ALLOW = ("Allow", ", ".join(METHODS))


def in_front_of(application: Callable[..., Answer], settings: Settings, directory: Directory, salts: Salts) -> Beacon:
    """The beacon of a site, before its application. It touches neither disk nor database before the first hit."""
    spool = Spool(settings.spool_folder, settings.spool_limit_mb * 1024 * 1024)
    collects = Collector(Visitors(salts), spool, country=countries.chosen(settings.country_file))
    return Beacon(application, collects, directory, hops=settings.trusted_proxies)


class NotTaken(Exception):
    """The hit is answered with this status and these sentences."""

    def __init__(self, status: str, errors: Mapping[str, str], *headers: tuple[str, str]) -> None:
        super().__init__(status)
        self.status = status
        self.errors = errors
        self.headers = headers


class Beacon:
    """WSGI middleware. `hops` is the number of trusted proxies in front, as Flask's `ProxyFix` is told it."""

    def __init__(
        self, application: Callable[..., Answer], collects: Collector, directory: Directory, *, hops: int = 0
    ) -> None:
        self._application = application
        self.collector = collects
        self.directory = directory
        self._hops = hops
        self._looks = Limit(MOST_LOOKS)

    def __call__(self, environ: Environ, start_response: Start) -> Answer:
        """Answer a hit, pass on everything else."""
        path: str = environ.get("PATH_INFO", "")
        if not path.endswith("/visit") or not path.startswith("/sites/"):
            return self._application(environ, start_response)
        number = path[7:-6]
        if not number.isdecimal() or not number.isascii():
            return self._application(environ, start_response)
        try:
            headers = self._answer(number, environ)
        except NotTaken as refusal:
            return refused(refusal, start_response)
        start_response(_TAKEN, headers)
        # The server sends a list at once. Anything else it asks for piece by piece, which costs as much as a third of
        # what it does for an answer.
        return []

    def _answer(self, number: str, environ: Environ) -> list[tuple[str, str]]:
        method = environ["REQUEST_METHOD"]
        if method not in METHODS:
            raise NotTaken("405 Method Not Allowed", {"method": "Send GET or POST."}, ALLOW)
        if method == "OPTIONS":
            return PREFLIGHT
        site = self.site(number)
        if method != "HEAD":
            self._take(site, environ)
        return FROM_ANYWHERE

    def site(self, number: str) -> Collected:
        """The site of a number in an address; raises NotTaken where there is none."""
        site_id = int(number) if len(number) < 11 else 0
        site = self.directory.sites().get(site_id)
        if site is None and not self._looks.is_over("unknown", clock.milliseconds()):
            # It may have been added this very second.
            self.directory.look_again()
            site = self.directory.sites().get(site_id)
        if site is None:
            raise NotTaken("404 Not Found", {"site": "There is no such site."})
        return site

    def _take(self, site: Collected, environ: Environ) -> None:
        try:
            # A browser says of itself who is logged in at a proxy; that is no key of ours.
            if "HTTP_AUTHORIZATION" in environ and environ["HTTP_AUTHORIZATION"][:6].lower() == "bearer":
                self._take_from_server(site, environ)
            else:
                self._take_from_browser(site, environ)
        except Unusable as error:
            raise NotTaken("400 Bad Request", error.errors) from error
        except Unavailable as error:
            raise NotTaken("503 Service Unavailable", {"site": error.message}, ("Retry-After", "10")) from error
        except SQLAlchemyError as error:
            sentence = "The day has only begun, and the database is away. Try again in a moment."
            raise NotTaken("503 Service Unavailable", {"site": sentence}, ("Retry-After", "10")) from error

    def _take_from_browser(self, site: Collected, environ: Environ) -> None:
        values = reading.values_of_query(environ.get("QUERY_STRING", ""))
        if environ["REQUEST_METHOD"] == "POST":
            values.update(body_values(environ, LARGEST_BODY))
        if not values.keys().isdisjoint(_NOT_FOR_BROWSERS):
            named = [each for each in _NOT_FOR_BROWSERS if each in values]
            raise Unusable(dict.fromkeys(named, "Only a server with a write key of this site may say this."))
        self.collector.take(site, reading.sent(values, environ.get("HTTP_REFERER", "")), self.asked(environ))

    def asked(self, environ: Environ) -> Asked:
        """What a request itself says about the visitor."""
        get = environ.get
        return Asked(
            self._address(environ),
            get("HTTP_USER_AGENT", ""),
            get("HTTP_ACCEPT_LANGUAGE", ""),
            _is_prefetch(environ),
            get("HTTP_DNT") == "1" or get("HTTP_SEC_GPC") == "1",
        )

    def _address(self, environ: Environ) -> str:
        """The visitor's address: what the farthest trusted proxy saw, never what a client says of itself."""
        peer: str = environ.get("REMOTE_ADDR") or ""
        if self._hops:
            seen = environ.get("HTTP_X_FORWARDED_FOR", "").split(",")
            if len(seen) >= self._hops:
                return _without_port(seen[-self._hops].strip()) or peer
        return peer

    def _take_from_server(self, site: Collected, environ: Environ) -> None:
        key_id = required_key(site, environ["HTTP_AUTHORIZATION"])
        values = body_values(environ, LARGEST_BATCH)
        now = clock.milliseconds()
        self.collector.take_told(site, _batch(values["hits"], now) if "hits" in values else [_told(values, now)])
        self.directory.note_use(key_id)


def _batch(batch: Any, now: int) -> list[tuple[Sent, Told]]:
    if not isinstance(batch, list) or not 0 < len(batch) <= MOST_HITS:
        reading.refuse("hits", f"Send a list of 1 to {MOST_HITS} hits.")
    read: list[tuple[Sent, Told]] = []
    wrong: dict[str, str] = {}
    for index, values in enumerate(batch):
        try:
            read.append(_told(values, now))
        except Unusable as error:
            wrong |= {f"hits.{index}.{field}": sentence for field, sentence in error.errors.items()}
    if wrong:
        raise Unusable(wrong)
    return read


def _told(values: Any, now: int) -> tuple[Sent, Told]:
    if not isinstance(values, dict):
        reading.refuse("hit", "A hit is a JSON object.")
    return reading.sent(values), reading.told(values, now)


def required_key(site: Collected, authorization: str) -> int:
    """The number of the write key that was given; each is compared, so that the time it takes tells nothing."""
    kind, _, key = authorization.partition(" ")
    digest = keys.digest_of(key.strip())
    known = [key_id for each, key_id in site.keys.items() if hmac.compare_digest(digest, each)]
    if kind.lower() != "bearer" or not known:
        sentence = "This is no write key of this site, or it was revoked."
        raise NotTaken("401 Unauthorized", {"key": sentence}, ("WWW-Authenticate", "Bearer"))
    return known[0]


def body_values(environ: Environ, largest: int) -> dict[str, Any]:
    """The fields of a request's body, in whichever form they come; raises Unusable."""
    body = _body(environ, largest)
    begins_with = body.lstrip()[:1]
    if begins_with in (b"{", b"["):
        return reading.values_of_json(body)
    if not begins_with:
        return {}
    kind: str = environ.get("CONTENT_TYPE", "").lower()
    if kind.startswith("multipart/form-data"):
        copy = {**environ, "wsgi.input": BytesIO(body), "CONTENT_LENGTH": str(len(body))}
        try:
            return dict(parse_form_data(copy, max_form_parts=100)[1].items())
        except RequestEntityTooLarge:
            reading.refuse("body", "There are more than a hundred fields.")
    if "json" in kind:
        return reading.values_of_json(body)
    return reading.values_of_query(body.decode("latin-1").strip())


def _body(environ: Environ, largest: int) -> bytes:
    said: str = environ.get("CONTENT_LENGTH") or ""
    if said.isdecimal() and int(said[:12]) > largest:
        reading.refuse("body", f"A body has at most {largest} bytes.")
    stream = environ["wsgi.input"]
    body: bytes = stream.read(int(said)) if said.isdecimal() else stream.read(largest + 1)
    if len(body) > largest:
        reading.refuse("body", f"A body has at most {largest} bytes.")
    return body


def _is_prefetch(environ: Environ) -> bool:
    if "HTTP_SEC_PURPOSE" in environ or "HTTP_PURPOSE" in environ or "HTTP_X_MOZ" in environ:
        said = "".join(environ.get(name, "") for name in ("HTTP_SEC_PURPOSE", "HTTP_PURPOSE", "HTTP_X_MOZ")).lower()
        return "prefetch" in said or "prerender" in said
    return False


def _without_port(address: str) -> str:
    if address.startswith("["):
        return address[1:].partition("]")[0]
    return address.partition(":")[0] if address.count(":") == 1 else address


def refused(refusal: NotTaken, start_response: Start) -> Answer:
    """Answer a refusal."""
    errors = dict(list(refusal.errors.items())[:MOST_ERRORS])
    body = json.dumps({"errors": errors}).encode()
    headers = [("Content-Type", "application/json"), ("Content-Length", str(len(body)))]
    start_response(refusal.status, [*FROM_ANYWHERE, *headers, *refusal.headers])
    return [body]
