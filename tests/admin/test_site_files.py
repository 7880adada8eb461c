"""What administrators set goes along with an export, and comes back into an empty site alone."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select

from byline.accounts.models import User
from byline.admin import site_acts
from byline.kernel import site
from byline.kernel.access import SYSTEM
from byline.kernel.db import Database
from byline.kernel.settings import Registration, Settings
from byline.kernel.site import SECTIONS, CommentPolicy, HoldPosts, Identity, Joining, Look, Openness, PostPolicy, Site
from byline.kernel.site_rows import SiteSection
from byline.kernel.storage import Storage
from tests.admin.test_page_files import bring, export
from tests.factories import MakePost
from tests.posts.interchange.test_importing import picture

pytestmark = pytest.mark.usefixtures("app")
CHOSEN = (
    Identity("The Harbour", "Ships & “words”"),
    Joining(Registration.INVITE),
    PostPolicy(HoldPosts.NEW),
    CommentPolicy(
        hold_first=False, hold_new_member_days=3, most_links=0, held_words=("spam", "π\\"), closes_after_days=9
    ),
    Openness(public_log=True),
)


@pytest.fixture
def storage(settings: Settings) -> Storage:
    return Storage(settings.media_folder)


@pytest.fixture
def chosen(database: Database, storage: Storage, root: User, make_post: MakePost) -> None:
    """A site with a post, of which every setting was changed."""
    make_post(root, title="Hello")
    with database.unit_of_work():
        for section in CHOSEN:
            site_acts.save(root.actor, section, 0)  # type: ignore[type-var]  # one of each kind
        site_acts.save(root.actor, Look(accent="#0a665b"), 0)
        site_acts.show_logo(root.actor, site_acts.logo(picture()), storage, 1)
        site_acts.save(root.actor, replace(site.current().look, shows_name=False), 2)


def settings_of(database: Database) -> Site:
    with database.unit_of_work(write=False):
        return replace(site.current(), url="")


def test_an_export_into_an_empty_site_brings_the_same_settings(
    chosen: None, database: Database, storage: Storage, other: Database, tmp_path: Path
) -> None:
    assert export(database, storage, tmp_path / "out").settings == len(SECTIONS)
    elsewhere = Storage(tmp_path / "other" / "media")
    outcome = bring(tmp_path / "out", other, elsewhere)
    assert (outcome.skipped, outcome.settings_left) == ([], [])
    assert settings_of(other) == settings_of(database)
    assert settings_of(other).look.logo_key in list(elsewhere.keys())
    assert "Settings of the site that came in: name, look, joining, posts, comments, moderation log." in outcome.lines()
    # And once more, from there: the file is the same to the letter.
    export(other, elsewhere, tmp_path / "again")
    assert (tmp_path / "again" / "site.toml").read_text() == (tmp_path / "out" / "site.toml").read_text()


def test_an_import_that_is_run_again_changes_nothing_and_says_nothing(
    chosen: None, database: Database, storage: Storage, other: Database, tmp_path: Path
) -> None:
    export(database, storage, tmp_path / "out")
    elsewhere = Storage(tmp_path / "other" / "media")
    bring(tmp_path / "out", other, elsewhere)
    for target, files in ((database, storage), (other, elsewhere)):
        outcome = bring(tmp_path / "out", target, files)
        assert (outcome.settings, outcome.settings_left) == ([], [])


def test_only_what_was_saved_is_written(database: Database, storage: Storage, root: User, tmp_path: Path) -> None:
    export(database, storage, tmp_path / "nothing")
    assert not (tmp_path / "nothing" / "site.toml").exists()
    with database.unit_of_work():
        site_acts.save(root.actor, Identity("The Harbour", ""), 0)
    export(database, storage, tmp_path / "out")
    written = tomllib.loads((tmp_path / "out" / "site.toml").read_text())
    assert written == {"format": 1, "identity": {"name": "The Harbour", "tagline": ""}}


@pytest.mark.parametrize("overwrite", [False, True])
def test_what_an_administrator_saved_there_stays_and_is_told(
    chosen: None, database: Database, storage: Storage, other: Database, tmp_path: Path, overwrite: bool
) -> None:
    export(database, storage, tmp_path / "out")
    with other.unit_of_work():
        site_acts.save(SYSTEM, Identity("Elsewhere", ""), 0)
    outcome = bring(tmp_path / "out", other, Storage(tmp_path / "other" / "media"), overwrite=overwrite)
    assert settings_of(other).name == "Elsewhere"
    assert settings_of(other).comments == CHOSEN[3]
    assert "Settings of the site that stay as they are here: name." in outcome.lines()


def test_a_site_with_posts_of_its_own_keeps_its_settings(
    chosen: None, database: Database, storage: Storage, other: Database, tmp_path: Path
) -> None:
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "first.md").write_text("# First\n\nOurs.")
    elsewhere = Storage(tmp_path / "other" / "media")
    bring(tmp_path / "own", other, elsewhere)
    before = settings_of(other)
    export(database, storage, tmp_path / "out")
    outcome = bring(tmp_path / "out", other, elsewhere)
    assert outcome.made == ["rooter/hello.md"]
    assert (outcome.settings, len(outcome.settings_left)) == ([], len(SECTIONS))
    assert settings_of(other) == before


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ("format = 1\n[identity]\nname = ''\n", "Name: A name has 1 to 60 characters."),
        ("format = 1\n[comments]\nmost_links = -4\n", "Comments: Write a whole number from 0 to 100."),
        ("format = 1\n[look]\naccent = 'red; }'\n", "Look: "),
        ("format = 1\n[look]\nlogo = 'fake.png'\n", "Look: "),
        ("format = 1\n[identity\n", "It cannot be read."),
    ],
)
def test_what_cannot_be_a_setting_is_skipped_with_its_reason(
    database: Database, storage: Storage, tmp_path: Path, said: str, reason: str
) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "site.toml").write_text(said + "[openness]\npublic_log = true\n" * said.count("]\n"))
    (folder / "fake.png").write_bytes(b"<html>")
    outcome = bring(folder, database, storage)
    (refused,) = outcome.skipped
    assert (refused.place, refused.reason.startswith(reason)) == ("site.toml", True), refused.reason
    assert outcome.settings == ["moderation log"] * said.count("]\n")


@pytest.mark.parametrize(
    "said",
    [
        "[identity]\nname = 'A theme of another program'\n",
        "format = 1\nidentity = 'no table'\n[look]\nlogo_key = 'site/secret.png'\nlogo = '../secret.png'\n",
        "format = 1\n[joining]\nregistration = 'everybody'\n[comments]\nheld_words = 'no list'\nhold_first = 'yes'\n",
    ],
)
def test_what_says_nothing_of_the_settings_changes_nothing(
    database: Database, storage: Storage, tmp_path: Path, said: str
) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "site.toml").write_text(said)
    (tmp_path / "secret.png").write_bytes(picture())
    outcome = bring(folder, database, storage)
    assert (outcome.skipped, outcome.settings, settings_of(database).look) == ([], [], Look())
    with database.unit_of_work(write=False) as session:
        assert session.scalars(select(SiteSection)).all() == []
