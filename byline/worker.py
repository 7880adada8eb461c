"""The worker: runs due tasks one after another and starts the periodic ones. Several workers share one table safely."""

from __future__ import annotations

import signal
import threading
import time
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from flask import Flask
from sqlalchemy import delete, or_, select, update
from sqlalchemy.exc import SQLAlchemyError

from byline import wiring
from byline.analytics.store import ingesting
from byline.kernel import bus, clock
from byline.kernel.bus import Task
from byline.web import context

log = structlog.get_logger()

POLL_SECONDS = 1.0
CLAIM = timedelta(minutes=10)
MOST_ATTEMPTS = 12
LONGEST_DELAY_SECONDS = 6 * 3600
LONGEST_PAUSE_SECONDS = 300
"""How long a kind of task waits at most before one of it is tried again."""


@dataclass(frozen=True, slots=True)
class Claimed:
    """A task this worker holds until `CLAIM` is over."""

    id: int
    name: str
    payload: str
    attempts: int


@dataclass(frozen=True, slots=True)
class Pause:
    """Until when a kind of task is left alone, as whatever it needs is away, and how often that was found in a row."""

    until: datetime
    times: int


class Worker:
    """Works until `stop`; a task under way is finished first."""

    def __init__(self, app: Flask) -> None:
        self._app = app
        self._database = context.database_of(app)
        self._settings = context.settings_of(app)
        self._stop = threading.Event()
        self._next_periodic = dict.fromkeys(wiring.PERIODIC, 0.0)
        self._pauses: dict[str, Pause] = {}

    def stop(self, *_signal: object) -> None:
        """Finish the task under way and end."""
        self._stop.set()

    def run(self) -> None:
        """Work until stopped. A database that is away is asked again, more and more slowly."""
        signal.signal(signal.SIGTERM, self.stop)
        signal.signal(signal.SIGINT, self.stop)
        pause = POLL_SECONDS
        ingester = threading.Thread(target=ingesting.of(self._app).run, args=(self._stop,), name="ingester")
        ingester.start()
        while not self._stop.wait(pause):
            try:
                self.run_due()
                pause = POLL_SECONDS
            except SQLAlchemyError as error:
                pause = min(pause * 2, 30.0)
                log.error("database away", error=type(error).__name__, retry_seconds=pause)
        ingester.join()

    def run_due(self) -> int:
        """Run everything that is due now; answer how many tasks that were."""
        self._start_periodic()
        done = 0
        while not self._stop.is_set() and (claimed := self._claim()):
            self._perform(claimed)
            done += 1
        return done

    def _start_periodic(self) -> None:
        now = time.monotonic()
        for every, due in self._next_periodic.items():
            if now >= due:
                self._next_periodic[every] = now + every.seconds
                with self._database.unit_of_work():
                    bus.enqueue_once(every.task)

    def _claim(self) -> Claimed | None:
        now = clock.now()
        free = or_(Task.claimed_until.is_(None), Task.claimed_until < now)
        due = select(Task).where(Task.run_at <= now, free, ~Task.dead).order_by(Task.run_at, Task.id).limit(1)
        # Also what was written since: each try of a server that hangs would hold up everything else.
        if paused := [name for name, pause in self._pauses.items() if pause.until > now]:
            due = due.where(Task.name.not_in(paused))
        with self._database.unit_of_work(write=False) as reading:
            task = reading.scalars(due).first()
        if task is None:
            return None
        with self._database.unit_of_work() as writing:
            take = update(Task).where(Task.id == task.id, free, ~Task.dead)
            take = take.values(claimed_until=now + CLAIM, attempts=Task.attempts + 1).returning(Task.id)
            taken = writing.execute(take).scalar()
        if taken is None:
            return self._claim()
        return Claimed(task.id, task.name, task.payload, task.attempts + 1)

    def _perform(self, claimed: Claimed) -> None:
        started = time.perf_counter()
        try:
            with self._app.app_context(), self._database.unit_of_work() as working:
                bus.perform(claimed.name, claimed.payload, self._settings)
                working.execute(delete(Task).where(Task.id == claimed.id))
        except Exception as error:  # noqa: BLE001  (any job may fail in any way; the task keeps the reason)
            self._put_back(claimed, error)
            # What went wrong in words may name whom a mail was for; administrators read it on the task's page.
            kind = type(error).__name__
            log.warning("task failed", task=claimed.name, id=claimed.id, attempt=claimed.attempts, error=kind)
            return
        self._pauses.pop(claimed.name, None)
        log.info("task", task=claimed.name, id=claimed.id, ms=round((time.perf_counter() - started) * 1000, 1))

    def _put_back(self, claimed: Claimed, error: Exception) -> None:
        now = clock.now()
        delay = min(15 * 2**claimed.attempts, LONGEST_DELAY_SECONDS)
        values = {
            "claimed_until": None,
            "run_at": now + timedelta(seconds=delay),
            "last_error": f"{type(error).__name__}: {error}"[:2000],
            "dead": claimed.attempts >= MOST_ATTEMPTS or isinstance(error, bus.GivenUp),
        }
        with self._database.unit_of_work() as writing:
            writing.execute(update(Task).where(Task.id == claimed.id).values(values))
            if isinstance(error, bus.Postponed):
                later = self._pause(claimed.name)
                alike = (Task.name == claimed.name, Task.run_at <= now, Task.claimed_until.is_(None), ~Task.dead)
                writing.execute(update(Task).where(*alike).values(run_at=later))

    def _pause(self, name: str) -> datetime:
        """Leave a kind of task alone, longer each time in a row; one of it is tried after that, as a probe."""
        times = self._pauses[name].times + 1 if name in self._pauses else 1
        seconds = min(15 * 2**times, LONGEST_PAUSE_SECONDS)
        self._pauses[name] = Pause(clock.now() + timedelta(seconds=seconds), times)
        return self._pauses[name].until
