"""What no journey may cause: a request to another site, an error on the console, a fault of the server."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from playwright.sync_api import BrowserContext, ConsoleMessage, Request, Response, WebError

LOCAL_SCHEMES = ("data:", "blob:", "about:")
FAILED_TO_LOAD = re.compile(r"Failed to load resource: the server responded with a status of (\d+)")


@dataclass
class Watch:
    """Everything that went wrong in a browser; `allow` names the statuses a journey provokes on purpose."""

    home: str
    complaints: list[str] = field(default_factory=list)
    allowed: set[int] = field(default_factory=set)

    def over(self, context: BrowserContext) -> None:
        """Listen to every page of a browser."""
        context.on("request", self._request)
        context.on("response", self._response)
        context.on("console", self._console)
        context.on("weberror", self._error)

    def allow(self, *statuses: int) -> None:
        """Expect answers with these statuses from now on."""
        self.allowed.update(statuses)

    def _request(self, request: Request) -> None:
        if not request.url.startswith((self.home + "/", *LOCAL_SCHEMES)):
            self.complaints.append(f"a request left the site: {request.method} {request.url}")

    def _response(self, response: Response) -> None:
        if response.status >= 500 and response.status not in self.allowed:
            self.complaints.append(f"{response.status} at {response.url}")

    def _console(self, message: ConsoleMessage) -> None:
        refused = FAILED_TO_LOAD.match(message.text)
        expected = refused is not None and int(refused[1]) in self.allowed
        if message.type in ("error", "warning") and not expected:
            self.complaints.append(f"the console at {message.location.get('url')} says: {message.text}")

    def _error(self, error: WebError) -> None:
        self.complaints.append(f"a script failed: {error.error}")
