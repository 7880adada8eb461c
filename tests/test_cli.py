"""How a command ends when what it needs refuses."""

from __future__ import annotations

from collections.abc import Callable

import click
import pytest
from sqlalchemy.exc import OperationalError

from byline import cli
from byline.kernel.settings import WrongSetting

READ_ONLY = OperationalError("UPDATE members SET email", {"email": "ada@example.org"}, Exception("a readonly database"))


def refusing(error: Exception) -> Callable[[], None]:
    def command() -> None:
        raise error

    return command


@pytest.mark.parametrize(
    ("error", "status", "sentence"),
    [
        (WrongSetting("BYLINE_WORKERS is a whole number."), 2, "BYLINE_WORKERS is a whole number."),
        (READ_ONLY, 1, "Error: The database refuses: a readonly database"),
        (
            PermissionError(13, "Permission denied", "/data/import.lock"),
            1,
            "/data/import.lock cannot be used: Permission",
        ),
    ],
)
def test_a_command_that_cannot_work_ends_with_a_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], error: Exception, status: int, sentence: str
) -> None:
    monkeypatch.setattr(cli, "group", click.command(refusing(error)))
    monkeypatch.setattr("sys.argv", ["byline"])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    told = capsys.readouterr().err
    assert ended.value.code == status
    assert sentence in told
    assert "ada@example.org" not in told
