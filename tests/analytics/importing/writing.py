"""Lines of logs, made for tests."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
SAFARI = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1"  # noqa: E501  (a browser says it in one line)
BOT = "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"
BEGIN = datetime(2026, 3, 10, 9, 0, tzinfo=UTC)


def line(
    path: str = "/",
    minutes: float = 0,
    *,
    address: str = "203.0.113.7",
    agent: str = FIREFOX,
    referrer: str = "-",
    status: int = 200,
    method: str = "GET",
) -> str:
    """A line of the combined format, some minutes after nine on 10 March."""
    at = (BEGIN + timedelta(minutes=minutes)).strftime("%d/%b/%Y:%H:%M:%S +0000")
    return f'{address} - - [{at}] "{method} {path} HTTP/1.1" {status} 512 "{referrer}" "{agent}"'


def caddy(path: str = "/", minutes: float = 0, *, agent: str = FIREFOX, **headers: str) -> str:
    """The same as Caddy writes it."""
    sent = {"User-Agent": [agent], **{name.replace("_", "-"): [value] for name, value in headers.items()}}
    request = {
        "remote_ip": "10.0.0.1",
        "client_ip": "203.0.113.7",
        "method": "GET",
        "host": "ours.example",
        "uri": path,
    }
    moment = (BEGIN + timedelta(minutes=minutes)).timestamp()
    said = {"level": "info", "ts": moment, "msg": "handled request", "request": {**request, "headers": sent}}
    return json.dumps({**said, "status": 200, "resp_headers": {"Content-Type": ["text/html; charset=utf-8"]}})


def write(path: Path, lines: Iterable[str | bytes]) -> Path:
    """A log with these lines; compressed if its name says so."""
    raw = b"".join(each.encode() + b"\n" if isinstance(each, str) else each + b"\n" for each in lines)
    path.write_bytes(gzip.compress(raw) if path.suffix == ".gz" else raw)
    return path


def append(path: Path, *lines: str) -> None:
    """Further lines at a log's end."""
    with path.open("a") as log:
        log.writelines(f"{each}\n" for each in lines)
