"""The worker's part in imports. Each job is safe to run twice."""

from __future__ import annotations

from byline.analytics import store
from byline.analytics.importing import bringing
from byline.analytics.importing.bringing import Ground
from byline.analytics.importing.messages import BringNumbers, LookAtFile, TidyImports, UndoImport
from byline.kernel import db
from byline.kernel.settings import Settings
from byline.web import context


def look(task: LookAtFile, settings: Settings) -> None:
    """Find out what an uploaded file holds."""
    bringing.look(_ground(settings), task.import_id)


def bring(task: BringNumbers, settings: Settings) -> None:
    """Bring in what a file holds, from where it broke off if it did."""
    bringing.bring(_ground(settings), task.import_id)


def undo(task: UndoImport, settings: Settings) -> None:
    """Delete what an import brought."""
    bringing.undo(_ground(settings), task.import_id)


def tidy(_task: TidyImports, settings: Settings) -> None:
    """Close imported days and remove files that nobody wanted."""
    bringing.tidy(_ground(settings))


def _ground(settings: Settings) -> Ground:
    # All of them take long, and have short transactions of their own.
    db.let_others_write()
    return Ground(settings, context.database_of(), store.here())
