from __future__ import annotations

import fcntl
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import func, select

from byline.cli import group
from byline.kernel.db import Database
from byline.kernel.settings import Settings
from byline.posts.models import Media, Post
from tests.posts.interchange import site_state
from tests.posts.interchange.conftest import SAMPLE, WriteFolder

Run = Callable[..., Result]


@pytest.fixture
def run(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run a command on the test's site: `run("import", "markdown", folder)`."""
    monkeypatch.setenv("BYLINE_DATA", str(settings.data))
    monkeypatch.setenv("BYLINE_DATABASE_URL", settings.database_url)

    def invoke(*words: object) -> Result:
        return CliRunner().invoke(group, [str(word) for word in words], catch_exceptions=False)

    return invoke


def test_a_whole_folder_ends_with_status_0_and_a_summary(run: Run) -> None:
    result = run("import", "markdown", SAMPLE)
    assert result.exit_code == 0
    assert "9 posts were made." in result.stdout
    assert "old addresses redirect" in result.stdout
    assert "Importing 9 posts" in result.stderr


def test_a_skipped_file_ends_with_status_1_and_its_reason(run: Run, write_folder: WriteFolder) -> None:
    result = run("import", "markdown", write_folder({"bad.md": b"\xff", "good.md": "# Good\n\nText"}))
    assert result.exit_code == 1
    assert "bad.md: It is not UTF-8" in result.stdout
    assert "1 post was made." in result.stdout


def test_a_dry_run_says_the_same_and_changes_nothing(run: Run, database: Database, settings: Settings) -> None:
    before = site_state.of(database)
    dry = run("import", "markdown", SAMPLE, "--dry-run")
    assert site_state.differences(before, site_state.of(database)) == []
    assert not list((settings.data / "media").rglob("*.png"))
    real = run("import", "markdown", SAMPLE)
    assert dry.stdout.splitlines()[-5:] == real.stdout.splitlines()[-5:]


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("--time-zone", "Nowhere/Land"), "no time zone"),
        (("--author-map", "MAP"), "username"),
        (("--author-map", "/nowhere.toml"), "does not exist"),
    ],
)
def test_a_wrong_command_ends_with_status_2(
    run: Run, write_folder: WriteFolder, words: tuple[str, ...], sentence: str, tmp_path: Path
) -> None:
    (tmp_path / "map.toml").write_text('Ada = "admin"\n')
    given = [str(tmp_path / "map.toml") if word == "MAP" else word for word in words]
    result = run("import", "markdown", write_folder({"a.md": "# A\n\nText"}), *given)
    assert (result.exit_code, sentence in result.stderr) == (2, True)


def test_two_imports_at_once_are_refused(run: Run, settings: Settings) -> None:
    with open(settings.data / "import.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        result = run("import", "markdown", SAMPLE)
    assert (result.exit_code, "Another import" in result.stderr) == (1, True)


def test_an_author_may_be_named_for_texts_that_name_none(
    run: Run, write_folder: WriteFolder, database: Database
) -> None:
    run("import", "markdown", write_folder({"a.md": "# A\n\nText"}), "--author", "Ada Lovelace")
    assert "/@ada-lovelace/a" in site_state.of(database)["posts"]


def test_an_export_is_written_whole_or_not_at_all(
    run: Run, database: Database, tmp_path: Path, settings: Settings
) -> None:
    run("import", "markdown", SAMPLE)
    target = tmp_path / "out" / "blog"
    result = run("export", target)
    assert result.exit_code == 0
    with database.unit_of_work(write=False) as session:
        posts, pictures = session.scalar(select(func.count(Post.id))), session.scalar(select(func.count(Media.id)))
    assert len(list(target.rglob("*.md"))) == posts == 9
    assert len(list(target.rglob("*.svg")) + list(target.rglob("*.png"))) == pictures
    again = run("export", target)
    assert (again.exit_code, "not an empty folder" in again.stderr) == (2, True)
    assert [path.name for path in target.parent.iterdir()] == ["blog"]
