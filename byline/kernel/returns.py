"""How long to wait before something that ended by itself is started again."""

from __future__ import annotations

import time

FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 1.0, 60.0
SOUND_SECONDS = 60.0
"""What has run for so long was sound, whatever happened to it then."""


class Returns:
    """Watches one thing end and begin: each pause is twice as long as the one before, until a run was sound."""

    def __init__(self) -> None:
        self.in_a_row = 0
        """How often it ended without a sound run in between."""
        self._pause_seconds = FIRST_PAUSE_SECONDS
        self._began = time.monotonic()

    def begin(self) -> None:
        """Say that it runs from now on, as it does from the beginning."""
        self._began = time.monotonic()

    def end(self) -> float:
        """Say that it has ended; answers for how many seconds to wait before it begins again."""
        if time.monotonic() - self._began > SOUND_SECONDS:
            self.in_a_row, self._pause_seconds = 0, FIRST_PAUSE_SECONDS
        self.in_a_row += 1
        pause, self._pause_seconds = self._pause_seconds, min(2 * self._pause_seconds, LONGEST_PAUSE_SECONDS)
        return pause
