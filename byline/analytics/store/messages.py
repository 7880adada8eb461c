"""What is to be done for the store, later and again and again."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PruneEvents:
    """Delete the single events of each site that are older than it wants to keep them."""
