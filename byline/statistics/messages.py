"""What is to be done later for whom a site concerns."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class WriteOfSite:
    """Write to a member about a site: a subject, a sentence, and the path of the page that matters."""

    user_id: int
    subject: str
    sentence: str
    path: str
