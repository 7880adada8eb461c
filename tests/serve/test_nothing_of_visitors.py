"""Nothing of a visitor is in any file: not in spools, databases and their logs, backups, or what the site prints."""

from __future__ import annotations

import gzip
import http.client
import json
import sqlite3
import subprocess
import sys
import tarfile
from contextlib import closing
from pathlib import Path

import pytest

from tests.running import RunningSite, until

pytestmark = [pytest.mark.serve, pytest.mark.slow]

# Both are like nothing else in any file. The address is in no country's list of examples and no package.
ADDRESS = "81.213.197.241"
ADDRESS_6 = "2a02:2e0:3fe:7b1d:5ca1:ab1e:0dd:f00d"
MARK = "Zaphodius"
AGENT = f"Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0 {MARK}/42.17"
NEEDLES = [ADDRESS.encode(), b"81.213.197.", b"5ca1:ab1e", b"3fe:7b1d", MARK.encode(), b"Gecko/20100101", b"geheim"]
# In case somebody packs the bytes of an address, or writes its digits in another order.
NEEDLES += [bytes(map(int, ADDRESS.split("."))), bytes(reversed([int(each) for each in ADDRESS.split(".")]))]


def ask(site: RunningSite, path: str, address: str, *, method: str = "POST", body: object = None) -> int:
    connection = http.client.HTTPConnection("127.0.0.1", site.port, timeout=20)
    headers = {"User-Agent": AGENT, "X-Forwarded-For": address, "Referer": f"{site.url}/?password=geheim"}
    connection.request(method, path, json.dumps(body) if body is not None else None, headers)
    status = connection.getresponse().status
    connection.close()
    return status


def stored(site: RunningSite) -> int:
    """How many hits the worker has stored."""
    with closing(sqlite3.connect(site.data / "analytics.db")) as connection:
        return int(connection.execute("SELECT count(*) FROM events").fetchone()[0])


def held_in(folder: Path) -> dict[str, bytes]:
    """Every file below a folder, and what is packed in archives."""
    held: dict[str, bytes] = {}
    for path in folder.rglob("*"):
        if not path.is_file():
            continue
        held[str(path)] = path.read_bytes()
        if path.suffix == ".gz":
            with tarfile.open(path) as archive:
                for member in archive.getmembers():
                    file = archive.extractfile(member)
                    content = file.read() if file else b""
                    held[f"{path}:{member.name}"] = gzip.decompress(content) if content[:2] == b"\x1f\x8b" else content
    return held


def test_address_and_user_agent_are_in_no_file(tmp_path: Path) -> None:
    site = RunningSite(tmp_path / "data", settings={"BYLINE_TRUSTED_PROXIES": "1"})
    try:
        site.start()
        for number in range(40):
            for address in (ADDRESS, ADDRESS_6):
                page = f"{site.url}/page/{number}?password=geheim&q=geheim"
                said = {"url": page, "view": number + 1, "referrer": f"https://a.example/{number}?password=geheim"}
                assert ask(site, "/sites/1/visit", address, body=said) == 204
                told = {**said, "event": "engagement", "engaged_ms": 9000, "scroll": 80}
                assert ask(site, "/sites/1/visit", address, body=told) == 204
        assert ask(site, "/sites/1/visit?event=PageLoad", ADDRESS, method="GET") == 204
        assert ask(site, "/sites/1/visit", ADDRESS, body={"url": "javascript:geheim"}) == 400
        assert ask(site, "/sites/77/visit", ADDRESS, body={"url": site.url}) == 404
        assert ask(site, "/", ADDRESS, method="GET") == 200
        assert list((site.data / "spool").glob("*.log"))
        search(site.data, tmp_path)
        archive = tmp_path / "data" / "copies" / "site.tar.gz"
        archive.parent.mkdir()
        command = [sys.executable, "-m", "byline", "backup", str(archive)]
        subprocess.run(command, env=site.environment, check=True, capture_output=True)
        # Databases and their logs are looked at with everything in them.
        until(lambda: stored(site) == 81, 20, lambda: f"Stored are {stored(site)}.")
        search(site.data, tmp_path)
        site.stop()
        search(site.data, tmp_path)
    finally:
        site.stop()


def search(folder: Path, around: Path) -> None:
    """Fail where a needle is in any file of the site or in what it printed."""
    held = held_in(folder) | {str(path): path.read_bytes() for path in around.glob("*.log")}
    assert any(name.endswith("byline.db") for name in held)
    assert sum(len(content) for content in held.values()) > 100_000
    found = [(name, needle) for name, content in held.items() for needle in NEEDLES if needle in content]
    assert found == []
