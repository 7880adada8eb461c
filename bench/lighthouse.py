"""Lighthouse on home, post and write: `make lighthouse`. Needs Node.js (npx fetches Lighthouse) and Chromium.

Prints the four scores of each page and what cost points; ends with 1 when one is below `ENOUGH`.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from byline.app import create_app
from byline.kernel import settings as kernel_settings
from byline.kernel.db import Database
from byline.kernel.settings import Settings
from byline.posts.models import PostState
from tests import chromium
from tests.contracts.world import World, fill
from tests.cookies import signed
from tests.factories import MakePost, MakeUser
from tests.running import RunningSite

LIGHTHOUSE = "lighthouse@12"
CATEGORIES = ("performance", "accessibility", "best-practices", "seo")
TRIES = 3
ENOUGH = 95
PARAGRAPH = "Somebody who writes every day learns what a sentence weighs. " * 8
BODY = "\n\n".join(f"## Part {number}\n\n{PARAGRAPH}" for number in range(1, 7))


def main() -> int:
    """Measure the three pages."""
    if not shutil.which("npx"):
        print("Lighthouse needs Node.js: install it (Debian: apt-get install nodejs npm) and run this again.")
        return 1
    with tempfile.TemporaryDirectory(prefix="byline-lighthouse-") as folder:
        site = RunningSite(Path(folder) / "data")
        site.start()
        try:
            return measured(site, Path(folder))
        finally:
            site.stop()


def measured(site: RunningSite, folder: Path) -> int:
    """Fill the site, measure each page and print the table."""
    world, cookie = prepared(site)
    post = world.posts[PostState.PUBLISHED]
    pages = {"home": ("/", ""), "post": (f"/@ada/{post.slug}", ""), "write": ("/write", cookie)}
    worst = 100.0
    print(f"{'':10}" + "".join(f"{name:>16}" for name in CATEGORIES))
    for name, (path, session) in pages.items():
        report = run(site.url + path, session, folder / f"{name}.json")
        scores = {key: 100 * (report["categories"][key]["score"] or 0) for key in CATEGORIES}
        worst = min(worst, *scores.values())
        print(f"{name:10}" + "".join(f"{scores[key]:16.0f}" for key in CATEGORIES))
        for line in losses(report):
            print(f"    {line}")
    return 0 if worst >= ENOUGH else 1


def prepared(site: RunningSite) -> tuple[World, str]:
    """A filled site and the cookie of a member who writes."""
    chosen = Settings.load({"BYLINE_DATA": str(site.data), "BYLINE_URL": site.url})
    app = create_app(chosen, secret_key=kernel_settings.secret_key(chosen))
    database: Database = app.extensions["byline.database"]
    make_user = MakeUser(database)
    make_post = MakePost(database, make_user)
    world = fill(app, database, make_user, make_post)
    for number in range(20):
        make_post(world.people["ada"], title=f"On the weight of sentences, {number}", body=BODY, tags=("Writing",))
    database.dispose()
    return world, signed(app, world.cookies["ada"])


def run(address: str, session: str, report: Path) -> dict[str, Any]:
    """Lighthouse's report on one page."""
    command = ["npx", "--yes", LIGHTHOUSE, address, "--quiet", "--output=json", f"--output-path={report}"]
    command += ["--chrome-flags=--headless=new --no-sandbox", f"--only-categories={','.join(CATEGORIES)}"]
    if session:
        command.append("--extra-headers=" + json.dumps({"Cookie": f"session={session}"}))
    environment = {**os.environ, "CHROME_PATH": chromium.ensure()}
    # Chromium now and then leaves the beginning out of what it records, which Lighthouse calls an error.
    if not any(subprocess.run(command, env=environment, check=False).returncode == 0 for _ in range(TRIES)):
        sys.exit(f"Lighthouse failed {TRIES} times at {address}.")
    found: dict[str, Any] = json.loads(report.read_text())
    return found


def losses(report: dict[str, Any]) -> list[str]:
    """The audits that cost points, in words."""
    lines = []
    for category in CATEGORIES:
        for part in report["categories"][category]["auditRefs"]:
            audit = report["audits"][part["id"]]
            if part["weight"] and audit["score"] is not None and audit["score"] < 0.9:
                lines.append(f"{category}: {audit['title']} {audit.get('displayValue', '')}".rstrip())
    return lines


if __name__ == "__main__":
    sys.exit(main())
