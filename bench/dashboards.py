"""How long a site's statistics take to read, from a store as full as its operator likes.

    python -m bench.dashboards --events 10000000 --data /tmp/measured    # fills the store first, if it is empty
    python -m bench.dashboards --data /tmp/measured --plans              # also how the database goes about it
    python -m bench.dashboards --data /tmp/measured --database postgresql://…    # one that bench.bulk has filled

Every question is about 28 days of the largest site (number 1). Beside them stands a control: reading the same span of
sums once, in one plain statement without any joins. Of each the processor's time is told too, of all threads together,
which says more on a machine that does other work, and the time of a first run with the file out of memory.
"""

from __future__ import annotations

import argparse
import os
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from flask import Flask
from sqlalchemy import event, func, select
from werkzeug.datastructures import MultiDict

from bench import bulk, traffic
from byline.analytics import report, store
from byline.analytics.report import questions
from byline.analytics.report.questions import Question
from byline.analytics.store.tables import daily, events
from byline.kernel.settings import Settings

NOW = datetime(traffic.LAST_DAY.year, traffic.LAST_DAY.month, traffic.LAST_DAY.day, 23, 59, tzinfo=UTC)
PANELS = ("page", "source", "utm_campaign", "country", "browser", "event")
"""The lists that are open on a dashboard as it first comes."""
TIMES = 7


@dataclass(frozen=True)
class Site:
    """The largest site."""

    id: int = 1
    time_zone: str = "UTC"


@dataclass(frozen=True)
class Measurement:
    """Something to be done, and how many milliseconds it may take at ten million events."""

    name: str
    act: Callable[[], object]
    target: int | None = None


def asked(said: str) -> Question:
    """The question that a URL asks at the end of the last day."""
    pairs = [(name, value) for name, _, value in (pair.partition("=") for pair in said.split("&") if pair)]
    return questions.parse(MultiDict(pairs), Site(), NOW)


def whole_page(said: str) -> Callable[[], object]:
    """Everything that a dashboard asks the store for one page."""
    question = asked(said)

    return lambda: report.dashboard(question, PANELS)


def measurements() -> list[Measurement]:
    """What is measured."""
    busiest = report.panel(asked(""), "page").rows[0].key
    quiet = report.panel(asked(""), "page", replace(report.Slice(), limit=200)).rows[-1].key
    plain = asked("")
    return [
        Measurement("page without filters", whole_page(""), 300),
        Measurement("page without filters, compared with 28 days before", whole_page("compare=previous")),
        Measurement("page filtered by the busiest page", whole_page(f"f=is,page,{busiest}"), 500),
        Measurement("page filtered by a page of the middle", whole_page(f"f=is,page,{quiet}"), 500),
        Measurement("page filtered by country and browser", whole_page("f=is,country,DE&f=is,browser,Safari"), 3000),
        Measurement("page filtered by all but one country", whole_page("f=is_not,country,DE&f=is_not,browser,Edge")),
        Measurement("page filtered by source and event", whole_page("f=is,source,Google&f=is,event,Sign-up"), 3000),
        Measurement(
            "all pages, sorted by bounce rate", lambda: report.panel(plain, "page", report.Slice("bounce_rate"))
        ),
        Measurement("pages that contain a word", lambda: report.panel(plain, "page", report.Slice(search="writing"))),
        Measurement("the last thirty minutes", lambda: report.realtime(asked("period=realtime"))),
        Measurement("coming back within the day", lambda: report.retention(plain)),
        Measurement("20 posts over 28 days", lambda: posts(plain)),
        Measurement("control: adding up the same sums once", control),
    ]


def posts(question: Question) -> object:
    """What the list of an author's posts shows."""
    rows = report.panel(question, "page", replace(report.Slice(), limit=20)).rows
    paths = {number: [row.key] for number, row in enumerate(rows)}
    return report.of_paths(1, paths, question.period.first, question.period.last)


def control() -> None:
    """One plain statement over all sums of the span."""
    last = (traffic.LAST_DAY - datetime(1970, 1, 1, tzinfo=UTC).date()).days
    with store.here().reading() as connection:
        query = select(daily.c.dimension, func.sum(daily.c.visitors)).where(daily.c.site_id == 1)
        connection.execute(query.where(daily.c.day.between(last - 27, last)).group_by(daily.c.dimension)).all()


def measured(app: Flask, file: Path, act: Callable[[], object]) -> tuple[float, float, float]:
    """Milliseconds: the median of several runs, the processor's share of it, and the first one."""
    forget(app, file)
    runs = []
    for _ in range(TIMES + 1):
        began, worked = time.perf_counter(), time.process_time()
        act()
        runs.append(((time.perf_counter() - began) * 1000, (time.process_time() - worked) * 1000))
    warm = runs[1:]
    return statistics.median(run[0] for run in warm), statistics.median(run[1] for run in warm), runs[0][0]


def forget(app: Flask, file: Path) -> None:
    """Let nothing of the store be in memory, as far as a database in a file goes."""
    store.of(app).database.reader.dispose()
    if file.exists():
        opened = os.open(file, os.O_RDONLY)
        os.posix_fadvise(opened, 0, 0, os.POSIX_FADV_DONTNEED)
        os.close(opened)


def plans(app: Flask, act: Callable[[], object]) -> None:
    """Say how SQLite or PostgreSQL goes about every statement."""
    engine = store.of(app).database.reader
    seen: list[tuple[str, object]] = []

    def note(*arguments: object) -> None:
        seen.append((str(arguments[2]), arguments[3]))

    event.listen(engine, "before_cursor_execute", note)
    act()
    event.remove(engine, "before_cursor_execute", note)
    word = "EXPLAIN QUERY PLAN " if engine.dialect.name == "sqlite" else "EXPLAIN (ANALYZE, BUFFERS) "
    with engine.connect() as connection:
        for statement, parameters in seen:
            if statement.startswith(("SELECT", "WITH")):
                rows = connection.exec_driver_sql(word + statement, parameters).all()  # type: ignore[arg-type]
                print("\n".join(f"      {row[-1]}" for row in rows), "\n")


def main() -> None:
    """Fill the store if need be, and print a line for each measurement."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, default=1_000_000)
    parser.add_argument("--sites", type=int, default=traffic.SITES)
    parser.add_argument("--days", type=int, default=traffic.DAYS)
    parser.add_argument("--different-days", type=int, help="after how many days the same comes again, of other people")
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--database", default="", help="address of a PostgreSQL with a filled store")
    parser.add_argument("--only", default="", help="measure only what has this in its name")
    parser.add_argument("--plans", action="store_true")
    chosen = parser.parse_args()
    settings = Settings.load(data=str(chosen.data), analytics_url=chosen.database)
    if not chosen.database and not (chosen.data / "analytics.db").exists():
        shape = traffic.Shape(chosen.events, chosen.sites, chosen.days, different_days=chosen.different_days)
        bulk.fill_store(settings, shape)
    app = Flask(__name__)
    app.extensions[store.EXTENSION] = store.create(settings)
    with app.app_context():
        with store.here().reading() as connection:
            query = select(func.count()).where(events.c.site_id == 1)
            print(f"{connection.execute(query).scalar():,} events of the largest site")
        for each in measurements():
            if chosen.only in each.name:
                median, worked, first = measured(app, chosen.data / "analytics.db", each.act)
                target = f"  target {each.target}" if each.target else ""
                spent = f"{median:8.0f} ms, processor {worked:.0f}, first {first:.0f}"
                print(f"{each.name:52} {spent}{target}", flush=True)
                if chosen.plans:
                    plans(app, each.act)


if __name__ == "__main__":
    main()
