"""Pages for strangers, kept in this process until the site's content changes.

The middleware stands in front of Flask: a GET without a session cookie that was answered before, from the content
the site still has, is answered again from memory. Every process asks the database whether the content changed, so a
page is never older than the last commit, whichever process or command made it. Only the numbers on the cards of lists
may be half a minute old (`leans_loosely_on`).
"""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from flask import Response, after_this_request, request, session
from werkzeug.http import is_resource_modified, parse_date

from byline.kernel import clock, state
from byline.kernel.watch import Memory, Watch
from byline.web import context
from byline.web.shelf import Shelf

P = ParamSpec("P")
R = TypeVar("R")
Headers = list[tuple[str, str]]
SESSION_COOKIES = ("session=", "remember_token=")
BYTES_KEPT = 64 * 1024 * 1024
LONGEST_ADDRESS = 300
LATE_SECONDS = 30
"""How old numbers may be that a page shows by the way. Proxies may keep a whole page for longer."""
LATE = timedelta(seconds=LATE_SECONDS)
FOR_PROXIES = "public, max-age=0, s-maxage=60, stale-while-revalidate=60"


def leans_on(topic: str, version: int | None = None) -> None:
    """Say that the page shows a topic, which is renewed by `state.renew`. Call it before what is shown is read.

    `version` is the topic's where it was read already, no later than what is shown.
    """
    here = context.current()
    if here.public_version is not None and topic not in here.public_topics:
        here.public_topics[topic] = state.topic_version(topic) if version is None else version


def leans_loosely_on(versions: Mapping[str, int]) -> None:
    """Say that the page shows these topics, with the versions they were read in, and may show them a moment late.

    A kept page asks for them every `LATE_SECONDS`, all at once, and is made anew where one of them differs.
    """
    context.current().loose_topics.update(versions)


def never_keep() -> None:
    """Say that the page is made for whoever asks: neither this process nor a proxy may give it to somebody else."""
    context.current().public_version = None

    @after_this_request
    def _alone(response: Response) -> Response:
        response.headers["Cache-Control"] = "private, no-store"
        return response


def for_strangers(view: Callable[P, R]) -> Callable[P, R]:
    """Mark a view whose page is the same for every stranger and depends on nothing but the site's content.

    The version is read before the page's own queries: content that changes meanwhile makes the kept page outdated.
    """

    @wraps(view)
    def marked(*args: P.args, **kwargs: P.kwargs) -> R:
        here = context.current()
        if not here.actor.is_authenticated:
            # Looked at before anything is read: what the view remembers is then never older than the look.
            context.memory()
            here.public_version = state.content_version()
        return view(*args, **kwargs)

    return marked


@dataclass(slots=True)
class Loose:
    """Topics that a kept page may show late, and when it was known last that it shows them as they are."""

    versions: Mapping[str, int]
    good_until: datetime

    def holds(self, memory: Memory) -> bool:
        """Whether the page may be shown still; asks for the topics once their time is over."""
        now = clock.now()
        if not self.versions or now < self.good_until:
            return True
        if memory.topic_versions(self.versions) != self.versions:
            return False
        # Two threads may both find out, which is the same as one.
        self.good_until = now + LATE
        return True


@dataclass(frozen=True, slots=True)
class Kept:
    """One page as it goes out, plain and compressed."""

    version: int
    topics: Mapping[str, int]
    etag: str
    plain: bytes
    packed: bytes
    headers: Headers
    loose: Loose

    @property
    def size_bytes(self) -> int:
        """What keeping it costs."""
        return len(self.plain) + len(self.packed) + 500


class PageCache:
    """WSGI middleware with at most `BYTES_KEPT` of pages, the least recently read going first."""

    def __init__(self, application: Callable[..., Iterable[bytes]], watch: Watch) -> None:
        self._application = application
        self._watch = watch
        self._pages: Shelf[str, Kept] = Shelf(BYTES_KEPT)

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Answer from memory where that is exact, otherwise ask the application."""
        if environ["REQUEST_METHOD"] == "GET" and not _has_session(environ):
            kept = self._pages.get(_key(environ))
            if kept and _is_exact(kept, self._watch.look()):
                return _answer(kept, environ, start_response)
        return self._application(environ, start_response)

    def keep(self, response: Response, made_from: context.RequestContext) -> None:
        """Remember the answer to a request, with the versions of the content and of topics that it was made from."""
        version = made_from.public_version
        if version is None:
            return
        key = _key(request.environ)
        if len(key) > LONGEST_ADDRESS:
            return
        plain = response.get_data()
        skipped = {"content-length", "set-cookie", "x-request-id"}
        headers = [(name, value) for name, value in response.headers if name.lower() not in skipped]
        packed, loose = gzip.compress(plain, 6, mtime=0), Loose(made_from.loose_topics, made_from.started_at + LATE)
        kept = Kept(version, made_from.public_topics, response.headers["ETag"], plain, packed, headers, loose)
        self._pages.put(key, kept, kept.size_bytes)


def validate(response: Response) -> bool:
    """Give a stranger's page its entity tag and let proxies keep it; False where it may be for this one alone.

    A session means a message or a token in the page. Flask writes its cookie only after every hook.
    """
    if session or session.modified:
        response.headers["Cache-Control"] = "private, no-cache"
        return False
    # Weak, as the compressed and the plain form share it.
    response.headers.setdefault("ETag", f'W/"{hashlib.sha256(response.get_data()).hexdigest()[:20]}"')
    response.headers["Cache-Control"] = FOR_PROXIES
    response.vary.update(("Accept-Encoding", "Cookie"))
    return True


def _is_exact(kept: Kept, memory: Memory) -> bool:
    if kept.version != memory.content_version():
        return False
    if any(memory.topic_version(topic) != version for topic, version in kept.topics.items()):
        return False
    return kept.loose.holds(memory)


def _key(environ: dict[str, Any]) -> str:
    return f"{environ.get('PATH_INFO', '')}?{environ.get('QUERY_STRING', '')}"


def _has_session(environ: dict[str, Any]) -> bool:
    cookie = environ.get("HTTP_COOKIE", "")
    return any(name in cookie for name in SESSION_COOKIES)


def _is_known(kept: Kept, environ: dict[str, Any]) -> bool:
    """Whether the client has this very page (RFC 9110: a date is only looked at where no entity tag is given)."""
    tags = environ.get("HTTP_IF_NONE_MATCH")
    if tags is not None:
        return kept.etag in tags or tags.strip() == "*"
    changed = next((value for name, value in kept.headers if name == "Last-Modified"), None)
    return changed is not None and not is_resource_modified(environ, last_modified=parse_date(changed))


def _answer(kept: Kept, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    if _is_known(kept, environ):
        start_response("304 Not Modified", [h for h in kept.headers if h[0].lower() != "content-type"])
        return [b""]
    packed = "gzip" in environ.get("HTTP_ACCEPT_ENCODING", "")
    body = kept.packed if packed else kept.plain
    extra = [("Content-Length", str(len(body)))] + ([("Content-Encoding", "gzip")] if packed else [])
    start_response("200 OK", kept.headers + extra)
    return [body]
