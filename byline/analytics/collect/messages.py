"""What collecting has to have done now and then."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RenewSalts:
    """Make the next day's salt, and delete those that are needed no more."""


@dataclass(frozen=True, slots=True)
class SweepSpool:
    """Remove what processes that were ended left unfinished in the spool."""
