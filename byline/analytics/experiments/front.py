"""Answers `/sites/<id>/experiments/<key>` behind the beacon and before Flask: no session, no cookie, no database."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from byline.analytics.collect import beacon, reading
from byline.analytics.collect.beacon import LARGEST_BODY, Answer, Beacon, Environ, NotTaken, Start
from byline.analytics.collect.collector import Asked
from byline.analytics.collect.limits import Limit
from byline.analytics.collect.reading import Sent, Unusable
from byline.analytics.experiments.drawing import Draws
from byline.analytics.experiments.queries import Shown
from byline.analytics.experiments.rules import LONGEST_KEY, RESERVED_KEYS
from byline.analytics.experiments.watching import Known
from byline.analytics.sites.queries import Collected
from byline.kernel import clock

MOST_LOOKS = 600
"""A minute, for keys that no experiment has: somebody may have described it this very second."""
SAID_BY_PAGES = ("url", "referrer", "width", "webdriver", "own")
_ADDRESS = re.compile(rf"/sites/([0-9]{{1,10}})/experiments/([a-z][a-z0-9-]{{0,{LONGEST_KEY - 1}}})")
_JSON = ("Content-Type", "application/json")


class Front:
    """WSGI middleware. `attach` gives it the beacon that stands before it, whose collector it shares."""

    def __init__(self, application: Callable[..., Answer], known: Known) -> None:
        self._application = application
        self._known = known
        self._looks = Limit(MOST_LOOKS)

    def attach(self, front: Beacon) -> Draws:
        """Draw for the visitors of a beacon; answers what draws, for the templates of this Byline."""
        self._beacon = front
        self._draws = Draws(front.collector, self._known)
        return self._draws

    def __call__(self, environ: Environ, start_response: Start) -> Answer:
        """Answer with the variant of a visitor, and pass on everything else."""
        path: str = environ.get("PATH_INFO", "")
        asked = _ADDRESS.fullmatch(path) if path.startswith("/sites/") else None
        if asked is None or asked[2] in RESERVED_KEYS:
            return self._application(environ, start_response)
        try:
            body = self._answer(asked[1], asked[2], environ)
        except NotTaken as refusal:
            return beacon.refused(refusal, start_response)
        except Unusable as error:
            return beacon.refused(NotTaken("400 Bad Request", error.errors), start_response)
        if environ["REQUEST_METHOD"] == "OPTIONS":
            start_response("204 No Content", beacon.PREFLIGHT)
            return ()
        start_response("200 OK", [*beacon.FROM_ANYWHERE, _JSON, ("Content-Length", str(len(body)))])
        return () if environ["REQUEST_METHOD"] == "HEAD" else (body,)

    def _answer(self, number: str, key: str, environ: Environ) -> bytes:
        method = environ["REQUEST_METHOD"]
        if method not in beacon.METHODS:
            raise NotTaken("405 Method Not Allowed", {"method": "Send GET or POST."}, beacon.ALLOW)
        if method == "OPTIONS":
            return b""
        site = self._beacon.site(number)
        experiment = self._experiment(site.id, key)
        variant = experiment.settled if method == "HEAD" else self._variant(site, experiment, environ)
        return b'{"variant": "%b"}' % variant.encode()

    def _experiment(self, site_id: int, key: str) -> Shown:
        found = self._known.of(site_id).get(key)
        if found is None and not self._looks.is_over("unknown", clock.milliseconds()):
            self._known.look_again()
            found = self._known.of(site_id).get(key)
        if found is None:
            raise NotTaken("404 Not Found", {"key": "This site has no such experiment."})
        return found

    def _variant(self, site: Collected, experiment: Shown, environ: Environ) -> str:
        # A browser says of itself who is logged in at a proxy; that is no key of ours.
        if environ.get("HTTP_AUTHORIZATION", "")[:6].lower() == "bearer":
            key_id = beacon.required_key(site, environ["HTTP_AUTHORIZATION"])
            sent, asked = _told(_values(environ))
            self._beacon.directory.note_use(key_id)
            return self._draws.variant(site, experiment, sent, asked, is_told=True)
        values = _values(environ)
        if named := [each for each in reading.FOR_SERVERS if each in values]:
            raise Unusable(dict.fromkeys(named, "Only a server with a write key of this site may say this."))
        sent = reading.sent(_said(values), environ.get("HTTP_REFERER", ""))
        return self._draws.variant(site, experiment, sent, self._beacon.asked(environ))


def _values(environ: Environ) -> dict[str, Any]:
    values = reading.values_of_query(environ.get("QUERY_STRING", ""))
    if environ["REQUEST_METHOD"] == "POST":
        values.update(beacon.body_values(environ, LARGEST_BODY))
    return values


def _told(values: Mapping[str, Any]) -> tuple[Sent, Asked]:
    """A visitor as a server describes them, who is there now."""
    if "at" in values:
        reading.refuse("at", "A variant is drawn for a visitor who is there now.")
    said = reading.told(values, clock.milliseconds())
    return reading.sent(_said(values)), Asked(said.address, said.agent, said.language)


def _said(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: values[name] for name in SAID_BY_PAGES if name in values}
