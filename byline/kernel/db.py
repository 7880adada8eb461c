"""The database: one session for one unit of work, on SQLite or PostgreSQL.

Services take the session from `session()`, write and flush; whoever opened the unit of work (a request's hooks, the
worker, a command) settles it. Reading work runs on read-only connections, so a GET cannot change a row by accident.
"""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any, ClassVar

from sqlalchemy import DateTime, Engine, MetaData, create_engine, event, inspect, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import URL, Dialect, make_url
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import DeclarativeBase, Session
from sqlalchemy.types import TypeDecorator

from byline.kernel import commits

BUSY_TIMEOUT_SECONDS = 10

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class UtcDateTime(TypeDecorator[datetime]):
    """A moment: aware UTC in Python on both databases; a naive value is refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Store UTC; SQLite keeps it without an offset."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("A naive time was given; use kernel.clock.now().")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        """Answer aware UTC, whatever zone the server has."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    """Every mapped class.

    `__public__` says what readers see of it: True for all of it, or the names of the attributes that matter.
    Flushing a change of those renews the cached pages.
    """

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map = {datetime: UtcDateTime}
    __public__: ClassVar[bool | frozenset[str]] = False

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {getattr(self, 'username', None) or getattr(self, 'id', '?')}>"


_current: ContextVar[Session | None] = ContextVar("byline_session", default=None)


def session() -> Session:
    """The session of the unit of work under way; raises RuntimeError outside one."""
    current = _current.get()
    if current is None:
        raise RuntimeError("No unit of work is open here.")
    return current


def is_open() -> bool:
    """Whether a unit of work is open here."""
    return _current.get() is not None


def after_settling(act: Callable[[], None]) -> None:
    """Run `act` after the unit of work under way was committed or rolled back: for what must outlive a refusal.

    It runs in its own short transaction. Inside the first one it would wait for its own lock on SQLite.
    """
    session().info.setdefault("afterwards", []).append(act)


def let_others_write() -> None:
    """End the transaction under way, which only read so far, before something slow; the next query begins another.

    On SQLite the transaction of a POST keeps every other writer waiting. What was loaded is expired.
    """
    session().rollback()


def insert_into(table: type[Base]) -> Any:
    """An INSERT that knows ON CONFLICT, in the dialect of the unit of work under way; both spell it the same way."""
    insert = postgresql.insert if session().get_bind().dialect.name == "postgresql" else sqlite.insert
    return insert(table)


class Database:
    """One database: a writing engine, a reading engine, and the units of work on them."""

    def __init__(self, address: str, *, pool_size: int = 8, schema: str = "") -> None:
        """`schema` is where the tables are on PostgreSQL, if they have one of their own."""
        self.url: URL = make_url(address)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        self.schema = "" if self.is_sqlite else schema
        self.remembered_site: Any = None
        """What `kernel.site` knows of the site that this database holds."""
        if self.is_sqlite:
            self.writer = _sqlite_engine(self.url, pool_size, writes=True)
            self.reader = _sqlite_engine(self.url, pool_size, writes=False)
        else:
            self.writer = _server_engine(self.url, pool_size, self.schema)
            self.reader = self.writer.execution_options(postgresql_readonly=True)

    @contextmanager
    def unit_of_work(self, *, write: bool = True) -> Iterator[Session]:
        """Open a session, commit when the block ends, roll back when it raises."""
        opened = self.open(write=write)
        try:
            yield opened
            opened.commit()
        except BaseException:
            opened.rollback()
            raise
        finally:
            self.close(opened)
            self.run_afterwards(opened)

    def open(self, *, write: bool) -> Session:
        """Begin a unit of work and make its session the current one; `close` must follow."""
        opened = Session(self.writer if write else self.reader, autoflush=True, expire_on_commit=False)
        opened.info["outer"] = _current.get()
        opened.info["database"] = self
        opened.info["writes"] = write
        _current.set(opened)
        return opened

    def close(self, opened: Session) -> None:
        """End a unit of work; what was not committed is rolled back."""
        _current.set(opened.info.get("outer"))
        # Closing costs more than all else about a session that was never used, as those of remembered pages are.
        if opened.in_transaction() or opened.identity_map or opened.new:
            opened.close()

    def run_afterwards(self, settled: Session) -> None:
        """Run what `after_settling` collected, each in a short transaction of its own; a failure stops only itself."""
        for act in settled.info.pop("afterwards", ()):
            try:
                with self.unit_of_work():
                    act()
            except SQLAlchemyError:
                logging.getLogger(__name__).exception("What was to outlive the request was not stored.")

    def ping(self) -> None:
        """Raise SQLAlchemy's OperationalError when the database is away."""
        with self.reader.connect() as connection:
            connection.execute(text("SELECT 1"))

    def dispose(self) -> None:
        """Close every connection."""
        self.writer.dispose()
        self.reader.dispose()


def _sqlite_engine(url: URL, pool_size: int, *, writes: bool) -> Engine:
    engine = create_engine(
        url,
        pool_size=pool_size,
        max_overflow=pool_size,
        hide_parameters=True,
        connect_args={"timeout": BUSY_TIMEOUT_SECONDS, "check_same_thread": False, "isolation_level": None},
    )
    # A writer takes the lock when it begins: a transaction that reads first and writes later would
    # otherwise fail at once when another one committed in between.
    begin = "BEGIN IMMEDIATE" if writes else "BEGIN"

    @event.listens_for(engine, "connect")
    def _prepare(connection: sqlite3.Connection, _record: object) -> None:
        cursor = connection.cursor()
        cursor.execute("PRAGMA journal_mode = WAL")
        cursor.execute("PRAGMA synchronous = FULL")
        cursor.execute("PRAGMA foreign_keys = ON")
        cursor.execute("PRAGMA cache_size = -16000")
        cursor.execute("PRAGMA temp_store = MEMORY")
        if not writes:
            cursor.execute("PRAGMA query_only = ON")
        cursor.close()

    @event.listens_for(engine, "begin")
    def _begin(connection: Any) -> None:
        connection.exec_driver_sql(begin)

    return engine


def _server_engine(url: URL, pool_size: int, schema: str) -> Engine:
    engine = create_engine(
        url,
        pool_size=pool_size,
        max_overflow=pool_size,
        hide_parameters=True,
        pool_pre_ping=True,
        pool_recycle=1800,
    )

    @event.listens_for(engine, "connect")
    def _prepare(connection: Any, _record: object) -> None:
        if schema:
            connection.execute(f'SET SESSION search_path TO "{schema}"')
            connection.commit()

    return engine


@event.listens_for(Session, "after_flush")
def _note_public_changes(flushed: Session, _context: object) -> None:
    if flushed.info.get("content_changed"):
        return
    changed = (item for group in (flushed.new, flushed.deleted, flushed.dirty) for item in group)
    if any(type(item).__public__ and _really_changed(flushed, item) for item in changed):
        content_changed(flushed)


@event.listens_for(Session, "after_commit")
def _tell_others(committed: Session) -> None:
    if committed.info.get("writes"):
        commits.tell()


@event.listens_for(Session, "after_soft_rollback")
def _forget_what_was_undone(undone: Session, _transaction: object) -> None:
    # The statement of `content_changed` may be among what was rolled back, to a savepoint or altogether.
    undone.info.pop("content_changed", None)


def _really_changed(flushed: Session, item: Any) -> bool:
    if item in flushed.new or item in flushed.deleted:
        return True
    seen = type(item).__public__
    state = inspect(item)
    names = seen if isinstance(seen, frozenset) else state.mapper.column_attrs.keys()
    return any(state.attrs[name].history.has_changes() for name in names)


def content_changed(changed: Session | None = None) -> None:
    """Renew every cached page when this unit of work commits. Bulk statements on public tables must call it."""
    here = changed or session()
    if not here.info.get("content_changed"):
        here.info["content_changed"] = True
        here.connection().execute(text("UPDATE site_state SET content_version = content_version + 1"))
