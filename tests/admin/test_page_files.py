"""Pages of the site's own go along with an export and come back by an import, the same in every way."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from byline import wiring
from byline.accounts.models import User
from byline.admin import own_addresses, page_acts
from byline.admin.page_rules import Draft
from byline.kernel import clock, images
from byline.kernel.access import SYSTEM
from byline.kernel.db import Database
from byline.kernel.settings import Settings
from byline.kernel.site_rows import FormerSitePage, SitePage
from byline.kernel.storage import Storage
from byline.posts import media
from byline.posts.interchange import exporting
from byline.posts.interchange.folder import Folder
from byline.posts.interchange.importing import Importer
from byline.posts.interchange.outcome import Outcome
from byline.posts.interchange.settling import Wishes
from byline.posts.interchange.targets import FolderTarget
from tests.factories import MakePost
from tests.posts.interchange.test_importing import picture

pytestmark = pytest.mark.usefixtures("app")
AWKWARD = "+++\n\n    code\n\n[a](/@ada/hello#t-x) “quoted”\u00a0`/media/x`\n\n{{ x }} ---\n\n---\n\nThe end"


@pytest.fixture
def storage(settings: Settings) -> Storage:
    return Storage(settings.media_folder)


@pytest.fixture
def pages(database: Database, storage: Storage, root: User, make_post: MakePost, stopped_clock: Any) -> None:
    """Three pages in an order of their own: one that moved, one with a picture, one of awkward words."""
    make_post(root, title="Hello")
    with database.unit_of_work():
        drawn = media.keep(root.actor, images.open_upload(picture()), storage)
        words = f"Who we are.\n\n![The harbour]({media.address(drawn.key)})"
        for draft in (Draft("About", "about", words), Draft("Rules", "rules", AWKWARD), Draft("Who", "who", "Us.")):
            clock.advance(60)
            page_acts.make(root.actor, draft, ())
        clock.advance(60)
        page_acts.change(root.actor, "who", Draft("Who we are", "people", "All of us."), (), seen_version=1)
        page_acts.raise_up(root.actor, "people")
    clock.advance(timedelta(days=9).total_seconds())


def export(database: Database, storage: Storage, folder: Path) -> exporting.Written:
    folder.mkdir()
    with database.unit_of_work(write=False):
        return exporting.write_site(FolderTarget(folder), storage)


def bring(folder: Path, database: Database, storage: Storage, *, overwrite: bool = False) -> Outcome:
    importer, found = Importer(database.unit_of_work, storage, overwrite=overwrite), Folder.at(folder)
    outcome = importer.carry_out(importer.prepare(found, Wishes(name=folder.name)))
    importer.bring_beside(found, outcome)
    return outcome


def state(database: Database) -> dict[str, Any]:
    """Every public value of the pages, in the order of the footer."""
    with database.unit_of_work(write=False) as session:
        rows = session.scalars(select(SitePage).order_by(SitePage.position, SitePage.id)).all()
        former = [tuple(row) for row in session.execute(select(FormerSitePage.slug, SitePage.slug).join(SitePage))]
        columns = ("slug", "title", "body", "html", "created_at", "updated_at")
        return {"pages": [[getattr(row, name) for name in columns] for row in rows], "former": sorted(former)}


def test_an_export_into_an_empty_site_brings_the_same_pages(
    pages: None, database: Database, storage: Storage, other: Database, tmp_path: Path
) -> None:
    written = export(database, storage, tmp_path / "out")
    assert (written.pages, written.missing) == (3, [])
    elsewhere = Storage(tmp_path / "other" / "media")
    outcome = bring(tmp_path / "out", other, elsewhere)
    assert (outcome.skipped, outcome.left, outcome.notes) == ([], [], [])
    assert len(outcome.pages) == 3
    assert [page[0] for page in state(other)["pages"]] == ["about", "people", "rules"]
    assert state(other) == state(database)
    assert sorted(elsewhere.keys()) == sorted(storage.keys())
    # And once more, from there: the files are the same to the letter.
    export(other, elsewhere, tmp_path / "again")
    ours, theirs = (
        {path.relative_to(tmp_path / name): path.read_bytes() for path in (tmp_path / name / "_pages").rglob("*.*")}
        for name in ("out", "again")
    )
    assert set(ours) == {Path(f"_pages/{one}") for one in ("people.md", "rules.md", "about/index.md")} | {
        path for path in ours if path.suffix == ".png"
    }
    assert {path: text for path, text in theirs.items() if path.suffix == ".png"} == {
        path: text for path, text in ours.items() if path.suffix == ".png"
    }


def test_no_page_becomes_a_post(
    pages: None, database: Database, storage: Storage, other: Database, tmp_path: Path
) -> None:
    export(database, storage, tmp_path / "out")
    outcome = bring(tmp_path / "out", other, Storage(tmp_path / "other" / "media"))
    assert outcome.made == ["rooter/hello.md"]


def test_an_import_into_its_own_site_changes_nothing(
    pages: None, database: Database, storage: Storage, tmp_path: Path
) -> None:
    before = state(database)
    export(database, storage, tmp_path / "out")
    for overwrite in (False, True):
        outcome = bring(tmp_path / "out", database, storage, overwrite=overwrite)
        assert (outcome.pages, len(outcome.pages_unchanged), outcome.left) == ([], 3, [])
    assert state(database) == before


def test_a_page_of_another_text_stays_unless_it_is_to_be_overwritten(
    pages: None, database: Database, storage: Storage, root: User, tmp_path: Path
) -> None:
    export(database, storage, tmp_path / "out")
    with database.unit_of_work():
        page_acts.change(root.actor, "people", Draft("Nobody", "people", "Gone."), (), seen_version=2)
    outcome = bring(tmp_path / "out", database, storage)
    assert [one.place for one in outcome.left] == ["_pages/people.md"]
    assert "Gone." in str(state(database))
    outcome = bring(tmp_path / "out", database, storage, overwrite=True)
    assert outcome.pages == ["_pages/people.md"]
    assert "Gone." not in str(state(database))


OWN = "+++\ntitle = {title}\n[extra.byline]\nformat = 1\n+++\n\n{body}\n"


def test_what_cannot_be_a_page_is_skipped_with_its_reason(
    database: Database, storage: Storage, tmp_path: Path, root: User
) -> None:
    folder = tmp_path / "in" / "_pages"
    folder.mkdir(parents=True)
    (folder / "untitled.md").write_text(OWN.format(title='""', body="Words"))
    (folder / "empty.md").write_text(OWN.format(title='"Empty"', body=""))
    (folder / "Bad Name.md").write_text(OWN.format(title='"Bad"', body="Words"))
    (folder / "broken.md").write_text("+++\ntitle =\n+++\n")
    (folder / "bytes.md").write_bytes(b"+++\n\xff\xfe")
    (folder / "large.md").write_text(OWN.format(title='"Large"', body="x" * 300_000))
    (folder / "fine.md").write_text(OWN.format(title='"Fine"', body="![x](missing.png) ![y](../../secret.png)"))
    (tmp_path / "secret.png").write_bytes(picture())
    outcome = bring(tmp_path / "in", database, storage)
    refused = {one.place.removeprefix("_pages/") for one in outcome.skipped}
    assert refused == {"untitled.md", "empty.md", "Bad Name.md", "broken.md", "bytes.md", "large.md"}
    assert outcome.pages == ["_pages/fine.md"]
    assert state(database)["pages"][0][2] == "![x](missing.png) ![y](../../secret.png)"


@pytest.mark.parametrize("slug", ["write", "admin", "sites", "static"])
def test_no_page_comes_to_an_address_of_the_software_s_own(
    database: Database, storage: Storage, tmp_path: Path, slug: str
) -> None:
    folder = tmp_path / "in" / "_pages"
    folder.mkdir(parents=True)
    (folder / f"{slug}.md").write_text(OWN.format(title='"Mine"', body="Words"))
    (folder / "fine.md").write_text(
        f'+++\ntitle = "Fine"\naliases = ["{slug}", "old"]\n[extra.byline]\nformat = 1\n+++\n\nHi'
    )
    outcome = bring(tmp_path / "in", database, storage)
    (refused,) = outcome.skipped
    assert refused.place == f"_pages/{slug}.md"
    assert "leads somewhere else already" in refused.reason
    assert outcome.pages == ["_pages/fine.md"]
    assert state(database)["former"] == [("old", "fine")]


def test_what_the_software_answers_is_known_without_an_application(app: Flask) -> None:
    assert own_addresses.of(wiring.BLUEPRINTS) == own_addresses.first_parts(app.url_map)


def test_pages_of_another_program_are_left_out(database: Database, storage: Storage, tmp_path: Path) -> None:
    folder = tmp_path / "in" / "_pages"
    folder.mkdir(parents=True)
    (folder / "about.md").write_text("---\ntitle: About\npermalink: /about/\n---\nWords")
    outcome = bring(tmp_path / "in", database, storage)
    assert (outcome.pages, outcome.skipped) == ([], [])


def test_a_former_address_that_is_a_page_here_stays_one(
    pages: None, database: Database, storage: Storage, other: Database, tmp_path: Path
) -> None:
    export(database, storage, tmp_path / "out")
    with other.unit_of_work():
        page_acts.make(SYSTEM, Draft("Who", "who", "Somebody else."), ())
    bring(tmp_path / "out", other, Storage(tmp_path / "other" / "media"))
    assert state(other)["former"] == []
    assert "Somebody else." in str(state(other))


def test_every_page_of_a_site_is_public_so_the_export_says_nothing_more(
    pages: None, database: Database, storage: Storage, tmp_path: Path
) -> None:
    export(database, storage, tmp_path / "out")
    words = "".join(path.read_text() for path in (tmp_path / "out" / "_pages").rglob("*.md"))
    assert "rooter@example.org" not in words
