"""The schema's history: Alembic, one straight line, up and down on both databases."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import inspect, text

from byline.kernel import checks
from byline.kernel.checks import Finding, State
from byline.kernel.db import Database
from byline.kernel.settings import Settings

VERSIONS = Path(__file__).parent / "versions"


def upgrade(database: Database, revision: str = "head") -> None:
    """Bring the schema to `revision`; nothing happens when it is there already. Two at once wait for each other."""
    from byline.migrations import changing  # Alembic takes a tenth of a second, which most starts can save.

    changing.upgrade(database, revision)


def downgrade(database: Database, revision: str) -> None:
    """Take the schema back to `revision` (`base` for an empty database). Data in what is dropped is lost."""
    from byline.migrations import changing

    changing.downgrade(database, revision)


def current(database: Database) -> str | None:
    """The revision the database stands at, None when it is empty."""
    with database.reader.connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return None
        found: str | None = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
        return found


def head() -> str:
    """The newest revision this version of Byline knows."""
    return _revisions()[-1]


def _revisions() -> list[str]:
    """Every revision, oldest first: each file's name begins with its own."""
    return sorted(path.stem.split("_")[0] for path in VERSIONS.glob("[0-9]*.py"))


def schema(_settings: Settings, database: Database) -> Finding:
    """Whether the database has the schema that this version of Byline needs."""
    if checks.is_missing(database):
        return Finding("schema", State.WARNING, "There is none yet; the first start makes it.")
    stands, newest = current(database), head()
    if stands == newest:
        return Finding("schema", State.WELL, f"It is up to date, at revision {newest}.")
    if stands is None or stands in _revisions():
        sentence = f"It stands at revision {stands or 'none'}, not at {newest}. Run: byline migrate"
        return Finding("schema", State.BROKEN, sentence)
    return Finding("schema", State.BROKEN, f"Revision {stands} is from a newer Byline than this one. Update Byline.")
