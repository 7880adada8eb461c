"""What is to be done for imports later."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class LookAtFile:
    """Find out what an uploaded file holds."""

    import_id: int


@dataclass(frozen=True, slots=True)
class BringNumbers:
    """Bring in what a file holds that was looked at."""

    import_id: int


@dataclass(frozen=True, slots=True)
class UndoImport:
    """Delete what an import brought."""

    import_id: int


@dataclass(frozen=True, slots=True)
class TidyImports:
    """Close imported days that nobody needed for long, and remove files that nobody wanted after all."""
