"""What the worker is asked to do: letters with reports, and looking out for spikes and silence."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class BeginReports:
    """Have the reports written whose moment has come, on each site's own clock."""


@dataclass(frozen=True, slots=True)
class WriteReport:
    """Write one member's report of the days before `until`, an ISO date."""

    mail_id: int
    until: str


@dataclass(frozen=True, slots=True)
class LookOut:
    """Look at the sites for which somebody asked to hear of spikes or silence."""


@dataclass(frozen=True, slots=True)
class WriteAlert:
    """Write to somebody what an alert found: visitors at once, or the second of the last hit (0 for none known)."""

    alert_id: int
    found: int
