"""How fast hits are acknowledged: the beacon of a real `byline serve`, beside a bare WSGI 204 and a bare Flask 204.

    .venv/bin/python -m bench.beacon [--rounds 5] [--seconds 4]

First what the beacon itself needs: the same hits without a server around them, in seconds of the processor, which other
work on the machine changes little. Then all three run on granian with the same processes and threads, one after the
other in turns, with wrk on the same two cores.

The hits are those that `beacon.js` sends: POST, many pages, many visitors behind one trusted proxy. Every hit is
written to the spool; the last line says how many lie there.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path
from typing import Any
from wsgiref.util import setup_testing_defaults

from bench import load, servers
from byline.analytics import hits
from byline.app import create_app
from byline.kernel.settings import Settings
from byline.server import THREADS, prepare

TARGET_SHARE = 0.35
TARGET_P99 = 3.0
_ON = "Mozilla/5.0 (%s) AppleWebKit/%s (KHTML, like Gecko) %s"
AGENTS = (
    _ON % ("Windows NT 10.0; Win64; x64", "537.36", "Chrome/138.0.0.0 Safari/537.36"),
    _ON % ("iPhone; CPU iPhone OS 18_5 like Mac OS X", "605.1.15", "Version/18.5 Mobile/15E148 Safari/604.1"),
    "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
    _ON % ("Macintosh; Intel Mac OS X 10_15_7", "605.1.15", "Version/18.5 Safari/605.1.15"),
)
REFERRERS = ("", "https://www.google.com/", "https://news.ycombinator.com/item", "https://example.net/page")
BODY = (
    '{"event":"pageview","url":"http://127.0.0.1/@ada/post-number-%d","view":%d,"width":1280,"webdriver":false,'
    '"referrer":"%s","read_seconds":"108"}'
)
WRK = """
local agents = AGENTS
local referrers = REFERRERS
local made = {}
math.randomseed(7)
for number = 1, 2000 do
  local body = string.format(BODY, number % 200, number * 4503599627, referrers[number % 4 + 1])
  made[number] = wrk.format("POST", PATH, {
    ["Content-Type"] = "text/plain;charset=UTF-8",
    ["User-Agent"] = agents[number % 4 + 1],
    ["Accept-Language"] = "en-GB,en;q=0.9",
    ["Accept-Encoding"] = "gzip, deflate, br, zstd",
    ["Referer"] = "http://127.0.0.1/",
    ["X-Forwarded-For"] = string.format("81.2.%d.%d", number % 250, number % 251),
  }, body)
end
local at = 0
request = function()
  at = at % 2000 + 1
  return made[at]
end
"""


def main() -> None:
    """Measure in turns, and compare."""
    read = argparse.ArgumentParser()
    read.add_argument("--rounds", type=int, default=5)
    read.add_argument("--seconds", type=int, default=4)
    read.add_argument("--processor", action="store_true", help="only what needs no server and no wrk")
    asked = read.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        print(f"the beacon alone: {_processor(Path(folder)):.1f} microseconds of the processor for a hit")
    if asked.processor:
        return
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder)
        with servers.control("raw_204") as raw, servers.control("flask_204") as flask, _byline(data) as address:
            targets = [
                load.Target("raw WSGI 204", raw, script=_script(data, "raw", "/")),
                load.Target("bare Flask 204", flask, script=_script(data, "flask", "/")),
                load.Target("beacon", address, script=_script(data, "beacon", "/sites/1/visit")),
            ]
            found = load.measure(targets, rounds=asked.rounds, seconds=asked.seconds)
        _report(found)
        print(f"hits in the spool: {_kept(data):,}")


def _processor(data: Path, hits_in_round: int = 5_000, rounds: int = 7) -> float:
    """Microseconds of the processor that a hit takes from the WSGI call to its end, as the median of some rounds."""
    environment = {"BYLINE_DATA": str(data), "BYLINE_URL": "http://127.0.0.1", "BYLINE_TRUSTED_PROXIES": "1"}
    settings = Settings.load(environment)
    prepare(settings)
    beacon: Callable[..., Any] = create_app(settings, secret_key="measured" * 4).wsgi_app
    asked = [_environ(number) for number in range(hits_in_round)]

    def start(status: str, _headers: object) -> None:
        if not status.startswith("204"):
            sys.exit(f"The beacon answered {status}.")

    taken: list[float] = []
    for _ in range(rounds):
        each = [{**environ, "wsgi.input": BytesIO(body)} for environ, body in asked]
        used = time.process_time()
        for environ in each:
            beacon(environ, start)
        taken.append((time.process_time() - used) / hits_in_round * 1e6)
    return statistics.median(taken)


def _environ(number: int) -> tuple[dict[str, Any], bytes]:
    """The request of a hit like those that wrk sends, and its body."""
    body = BODY % (number % 200, number * 4503599627, REFERRERS[number % 4])
    environ: dict[str, Any] = {
        "REQUEST_METHOD": "POST",
        "PATH_INFO": "/sites/1/visit",
        "CONTENT_TYPE": "text/plain;charset=UTF-8",
        "CONTENT_LENGTH": str(len(body)),
        "REMOTE_ADDR": "127.0.0.1",
        "HTTP_USER_AGENT": AGENTS[number % 4],
        "HTTP_ACCEPT_LANGUAGE": "en-GB,en;q=0.9",
        "HTTP_ACCEPT_ENCODING": "gzip, deflate, br, zstd",
        "HTTP_REFERER": "http://127.0.0.1/",
        "HTTP_X_FORWARDED_FOR": f"81.2.{number % 250}.{number % 251}",
    }
    setup_testing_defaults(environ)
    return environ, body.encode()


@contextlib.contextmanager
def _byline(data: Path) -> Iterator[str]:
    """The web process alone, as `byline serve` starts it; no worker takes processor time or lines."""
    port = servers.free_port()
    environment = {name: value for name, value in os.environ.items() if not name.startswith("BYLINE_")}
    environment |= {"BYLINE_DATA": str(data), "BYLINE_URL": "http://127.0.0.1", "BYLINE_TRUSTED_PROXIES": "1"}
    prepare(Settings.load(environment))
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--workers", "1", "--no-access-log"]
    command += ["--blocking-threads", str(THREADS), "--backpressure", "256", "--log-level", "warning"]
    process = subprocess.Popen([*command, "--port", str(port), "byline.wsgi:app"], env=environment)
    try:
        address = f"http://127.0.0.1:{port}"
        servers.wait_for(f"{address}/healthz")
        yield address
    finally:
        process.terminate()
        process.wait(timeout=30)


def _script(folder: Path, name: str, path: str) -> Path:
    script = folder / f"{name}.lua"
    said = {"PATH": _lua(path), "BODY": _lua(BODY), "AGENTS": _lua(*AGENTS), "REFERRERS": _lua(*REFERRERS)}
    text = WRK
    for word, value in said.items():
        text = text.replace(word, value)
    script.write_text(text)
    return script


def _lua(*texts: str) -> str:
    """A text as Lua writes it, or a table of several."""
    quoted = [f"[[{text}]]" for text in texts]
    return quoted[0] if len(quoted) == 1 else f"{{{', '.join(quoted)}}}"


def _report(found: dict[str, load.Measured]) -> None:
    raw = found["raw WSGI 204"]
    for name, measured in found.items():
        share = measured.requests_per_second / raw.requests_per_second
        print(f"{name:15} {measured.requests_per_second:9,.0f}/s {share:6.1%}   p99 {measured.p99_ms:6.2f} ms")
    beacon = found["beacon"]
    share, slow = beacon.requests_per_second / raw.requests_per_second, beacon.p99_ms / raw.p99_ms
    verdict = "met" if share >= TARGET_SHARE and slow <= TARGET_P99 else "MISSED"
    print(f"targets: {TARGET_SHARE:.0%} of raw, p99 at most {TARGET_P99:.0f} x raw's")
    print(f"found: {share:.1%}, {slow:.1f} x: {verdict}")


def _kept(data: Path) -> int:
    lines = (line for file in (data / "spool").glob("*.log") for line in file.read_bytes().splitlines())
    return sum(isinstance(hits.decode(line), hits.Hit) for line in lines)


if __name__ == "__main__":
    main()
