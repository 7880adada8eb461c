"""The history of the two schemas, the site's and the store's: Alembic, one straight line each, up and down."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import inspect, text
from sqlalchemy.exc import ProgrammingError

from byline.analytics.store import embedded
from byline.kernel import checks
from byline.kernel.checks import Finding, State
from byline.kernel.db import Database
from byline.kernel.settings import Settings


@dataclass(frozen=True, slots=True)
class Line:
    """One history: its revisions' folder, and the table in which a database says where it stands."""

    name: str
    folder: Path
    table: str


SITE = Line("schema", Path(__file__).parent / "versions", "alembic_version")
STORE = Line("schema of the analytics", Path(__file__).parent / "analytics", "analytics_version")


def upgrade(database: Database, revision: str = "head", line: Line = SITE) -> None:
    """Bring the schema to `revision`; nothing happens when it is there already. Two at once wait for each other."""
    from byline.migrations import changing  # Alembic takes a tenth of a second, which most starts can save.

    changing.upgrade(database, revision, line)


def downgrade(database: Database, revision: str, line: Line = SITE) -> None:
    """Take the schema back to `revision` (`base` for an empty database). Data in what is dropped is lost."""
    from byline.migrations import changing

    changing.downgrade(database, revision, line)


def current(database: Database, line: Line = SITE) -> str | None:
    """The revision the database stands at, None when it is empty."""
    with database.reader.connect() as connection:
        if database.is_sqlite and not inspect(connection).has_table(line.table):
            return None
        try:
            found: str | None = connection.execute(text(f"SELECT version_num FROM {line.table}")).scalar()  # noqa: S608  (names of our tables)
        except ProgrammingError:  # So PostgreSQL says that there is no such table; being away is another error.
            return None
        return found


def head(line: Line = SITE) -> str:
    """The newest revision this version of Byline knows."""
    return _revisions(line)[-1]


def _revisions(line: Line = SITE) -> list[str]:
    """Every revision, oldest first: each file's name begins with its own."""
    return sorted(path.stem.split("_")[0] for path in line.folder.glob("[0-9]*.py"))


def schema(_settings: Settings, database: Database) -> Finding:
    """Whether the database has the schema that this version of Byline needs."""
    return stand(database, SITE)


def store_schema(settings: Settings, _database: Database) -> Finding:
    """Whether the store of hits has the schema that this version of Byline needs."""
    kept = embedded.database_of(settings, pool_size=1)
    try:
        return stand(kept, STORE)
    finally:
        kept.dispose()


def stand(database: Database, line: Line) -> Finding:
    """Whether a database stands at the end of its line."""
    if checks.is_missing(database):
        return Finding(line.name, State.WARNING, "There is none yet; the first start makes it.")
    stands, newest = current(database, line), head(line)
    if stands == newest:
        return Finding(line.name, State.WELL, f"It is up to date, at revision {newest}.")
    if stands is None or stands in _revisions(line):
        sentence = f"It stands at revision {stands or 'none'}, not at {newest}. Run: byline migrate"
        return Finding(line.name, State.BROKEN, sentence)
    return Finding(line.name, State.BROKEN, f"Revision {stands} is from a newer Byline than this one. Update Byline.")
