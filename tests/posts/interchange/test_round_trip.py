from __future__ import annotations

import io
import zipfile
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from byline.accounts import profile
from byline.accounts.models import User
from byline.accounts.profile_rules import Profile
from byline.kernel import clock, images
from byline.kernel.access import SYSTEM
from byline.kernel.db import Database
from byline.kernel.settings import Settings
from byline.kernel.storage import Storage
from byline.posts import media, service
from byline.posts.content import Content
from byline.posts.interchange import archive, exporting
from byline.posts.interchange.exporting import Written
from byline.posts.interchange.targets import FolderTarget
from byline.posts.models import Post
from tests.factories import MakeUser
from tests.posts.interchange import site_state
from tests.posts.interchange.conftest import SAMPLE, Bring, bring_in
from tests.posts.interchange.test_importing import picture

AWKWARD = (
    "    code first\n\n+++\n\n[a](/@grace/second#t-part) <https://a.example/x> `/media/x` \\[x](y)\n\n"
    '```\n[x](</media/ab>)\n```\n\n[^1]: note\n\n{{< ref "x" >}} {% link a %} @/a.md [rel](other) “quoted” \u00a0end'
)


@pytest.fixture
def storage(settings: Settings) -> Storage:
    return Storage(settings.data / "media")


def export(database: Database, storage: Storage, folder: Path) -> Written:
    folder.mkdir()
    with database.unit_of_work(write=False):
        return exporting.write_site(FolderTarget(folder), storage)


def fill(database: Database, storage: Storage, make_user: MakeUser) -> None:
    """A site with one post in each state, and everything a post may have."""
    ada = make_user("Ada", name="Ada Lovelace", location="London", about="First line\nSecond “line”")
    grace, jean = make_user("grace"), make_user("jean", name="Jean")
    face = images.square_avatar(picture("pink", (300, 200)))
    with database.unit_of_work():
        profile.change(SYSTEM, ada.id, Profile("Ada Lovelace", "London", "First\nSecond", ("https://ada.example/x",)))
        profile.show_picture(SYSTEM, ada.id, face, storage)
        shown = media.keep(ada.actor, images.open_upload(picture()), storage, alt="Teal")
        cover = media.keep(ada.actor, images.open_upload(picture("navy")), storage)
        show = f"![T](<{media.address(shown.key)}> 'x') <img src='{media.address(shown.key)}' alt='y'>"
        make = service.create
        first = make(
            SYSTEM,
            Content(
                "Awkward \\ \"title\" # + ''' é", f"{AWKWARD}\n\n{show}", ("C++", "a b"), "Standfirst", "", cover.key
            ),
            owner_id=ada.id,
            co_authors=(jean.id, grace.id),
        )
        service.publish(SYSTEM, first.id, at=clock.now() - timedelta(days=400))
        service.change_slug(SYSTEM, first.id, "moved-here")
        service.lead_here(SYSTEM, first.id, ["old/address.html", "käse"])
        second = make(SYSTEM, Content("Second", "## Part\n\nText", (), "", "", ""), owner_id=grace.id)
        service.publish(SYSTEM, second.id, at=clock.now() - timedelta(days=400))
        make(SYSTEM, Content("", "A draft without a title"), owner_id=ada.id)
        make(SYSTEM, Content("A title alone", ""), owner_id=ada.id)
        for title, act in (("Unlisted", service.unlist), ("Withdrawn", service.withdraw), ("Index", service.publish)):
            post = make(SYSTEM, Content(title, "Text"), owner_id=grace.id)
            service.publish(SYSTEM, post.id)
            act(SYSTEM, post.id)
        later = make(SYSTEM, Content("Later", "Text"), owner_id=ada.id)
        service.publish(SYSTEM, later.id, at=clock.now() + timedelta(days=3))


def test_an_export_into_an_empty_site_is_the_same_site(
    database: Database, storage: Storage, make_user: MakeUser, other: Database, tmp_path: Path
) -> None:
    fill(database, storage, make_user)
    written = export(database, storage, tmp_path / "out")
    assert (written.posts, written.missing) == (8, [])
    elsewhere = Storage(tmp_path / "other" / "media")
    outcome = bring_in(tmp_path / "out", other, elsewhere)
    assert (outcome.skipped, outcome.notes) == ([], [])
    before, after = site_state.of(database), site_state.of(other)
    for members in (before["members"], after["members"]):
        for member in members.values():
            del member["claimed"]
    assert site_state.differences(before, after) == []
    assert sorted(elsewhere.keys()) == sorted(storage.keys())


def test_an_export_of_an_imported_blog_is_the_same_blog(
    bring: Bring, database: Database, storage: Storage, other: Database, tmp_path: Path
) -> None:
    bring(SAMPLE)
    export(database, storage, tmp_path / "out")
    bring_in(tmp_path / "out", other, Storage(tmp_path / "other" / "media"))
    assert site_state.differences(site_state.of(database), site_state.of(other)) == []
    again = bring_in(SAMPLE, other, Storage(tmp_path / "other" / "media"))
    assert (again.made, again.changed, again.accounts) == ([], [], [])


def test_an_export_into_its_own_site_changes_nothing(
    database: Database, storage: Storage, make_user: MakeUser, bring: Bring, tmp_path: Path
) -> None:
    fill(database, storage, make_user)
    before = site_state.of(database)
    export(database, storage, tmp_path / "out")
    outcome = bring(tmp_path / "out")
    assert (outcome.made, outcome.changed, outcome.accounts, len(outcome.unchanged)) == ([], [], [], 8)
    assert site_state.differences(before, site_state.of(database)) == []


def test_an_export_holds_no_secret(database: Database, storage: Storage, make_user: MakeUser, tmp_path: Path) -> None:
    fill(database, storage, make_user)
    export(database, storage, tmp_path / "out")
    everything = b"".join(path.read_bytes() for path in (tmp_path / "out").rglob("*") if path.is_file())
    assert b"ada@example.org" not in everything
    assert b"argon2" not in everything


def test_a_picture_that_is_missing_is_told(
    database: Database, storage: Storage, make_user: MakeUser, tmp_path: Path
) -> None:
    fill(database, storage, make_user)
    for key in list(storage.keys()):
        storage.delete(key)
    assert len(export(database, storage, tmp_path / "out").missing) == 2


def test_a_members_archive_holds_their_posts_and_pictures_and_no_others(
    database: Database, storage: Storage, make_user: MakeUser
) -> None:
    fill(database, storage, make_user)
    with database.unit_of_work() as session:
        ada = session.scalars(select(User).where(User.username == "Ada")).one()
        session.scalars(select(Post).where(Post.title == "Later")).one().deleted_at = clock.now()
    file = io.BytesIO()
    with database.unit_of_work(write=False):
        archive.write(ada.id, file, storage)
    with zipfile.ZipFile(file) as packed:
        assert packed.testzip() is None
        names = set(packed.namelist())
        body = packed.read("posts/Ada/moved-here/index.md").decode()
    assert {"README.txt", "posts/Ada/moved-here/index.md", "posts/Ada/a-title-alone.md", "bin/Ada/later.md"} <= names
    assert not [name for name in names if "grace" in name]
    assert len([name for name in names if name.startswith("pictures/")]) == 2
    assert "/media/" not in body.split("```")[0].replace("`/media/x`", "")


def test_a_members_archive_can_be_read_by_an_import(
    database: Database, storage: Storage, make_user: MakeUser, other: Database, tmp_path: Path
) -> None:
    fill(database, storage, make_user)
    with database.unit_of_work(write=False) as session:
        ada = session.scalars(select(User).where(User.username == "Ada")).one()
        with open(tmp_path / "ada.zip", "wb") as file:
            archive.write(ada.id, file, storage)
    with zipfile.ZipFile(tmp_path / "ada.zip") as packed:
        packed.extractall(tmp_path / "unpacked")
    outcome = bring_in(tmp_path / "unpacked" / "posts", other, Storage(tmp_path / "other" / "media"))
    assert (len(outcome.made), outcome.skipped) == (4, [])
