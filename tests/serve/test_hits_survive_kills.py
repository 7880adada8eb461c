"""Web processes and worker of a real site are killed while hits come in: what was answered with 204 counts once."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import random
import signal
import sqlite3
import threading
import time
from collections import Counter

import pytest

from tests.running import RunningSite, is_alive, until

pytestmark = [pytest.mark.serve, pytest.mark.slow]
KILLS = ("work", "web", "work", "work")
"""Granian gives up when a web process ends within some seconds of its start, so one is enough here."""
SENDERS = 3


class Sender(threading.Thread):
    """Opens one page after another as another visitor, and notes which were acknowledged."""

    def __init__(self, site: RunningSite, number: int, stop: threading.Event) -> None:
        super().__init__(daemon=True)
        self._site, self._number, self._stopped = site, number, stop
        self.acknowledged: list[str] = []
        self.odd: list[int] = []

    def run(self) -> None:
        """Send until stopped; a connection that breaks is no acknowledgement."""
        page = 0
        while not self._stopped.is_set():
            page += 1
            path = f"/{self._number}/{page}"
            with contextlib.suppress(OSError, http.client.HTTPException):
                self._send(path, page)
            time.sleep(0.003)

    def _send(self, path: str, page: int) -> None:
        said = {"url": f"{self._site.url}{path}", "view": page}
        agent = f"Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/{page % 50}.{self._number}"
        connection = http.client.HTTPConnection("127.0.0.1", self._site.port, timeout=5)
        try:
            connection.request("POST", "/sites/1/visit", json.dumps(said), {"User-Agent": agent})
            status = connection.getresponse().status
        finally:
            connection.close()
        if status == 204:
            self.acknowledged.append(path)
        else:
            self.odd.append(status)


def test_hits_that_were_acknowledged_count_once_after_any_kill(site: RunningSite) -> None:
    site.start()
    chance, stop = random.Random(5), threading.Event()  # noqa: S311  (the same moments in every run)
    senders = [Sender(site, number, stop) for number in range(SENDERS)]
    for sender in senders:
        sender.start()
    try:
        for which in KILLS:
            more = sum(len(sender.acknowledged) for sender in senders) + 10
            until(lambda least=more: sum(len(one.acknowledged) for one in senders) >= least, 30)  # type: ignore[misc]
            time.sleep(chance.random() / 2)
            pid = until_there(site, works=which == "work")
            os.kill(pid, signal.SIGKILL)
            until(lambda gone=pid: not is_alive(gone), 10)  # type: ignore[misc]
        until(site.is_well, 20, lambda: site.said)
        time.sleep(0.5)
    finally:
        stop.set()
    for sender in senders:
        sender.join(10)
    acknowledged = [path for sender in senders for path in sender.acknowledged]
    assert len(acknowledged) >= 10 * len(KILLS)
    assert {status for sender in senders for status in sender.odd} <= {503}
    until(lambda: set(acknowledged) <= stored(site).keys(), 30, lambda: site.said)
    assert set(stored(site).values()) == {1}
    assert site.stop() == 0


def until_there(site: RunningSite, *, works: bool) -> int:
    """A process that works for the site, or one that answers for it, as soon as there is one again."""
    found: list[int] = []

    def look() -> bool:
        found[:] = site.workers() if works else site.web_processes()
        return bool(found)

    until(look, 20, lambda: site.said)
    return found[0]


def stored(site: RunningSite) -> Counter[str]:
    """How often each page was counted."""
    with contextlib.closing(sqlite3.connect(site.data / "analytics.db", timeout=10)) as connection:
        joined = "events e JOIN words w ON w.site_id = e.site_id AND w.id = e.path_id WHERE w.text <> '(other)'"
        return Counter(text for (text,) in connection.execute(f"SELECT w.text FROM {joined}"))  # noqa: S608  (of names that stand here)
