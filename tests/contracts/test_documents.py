"""Documentation that breaks the tests when a setting or a command is missing from it."""

from __future__ import annotations

import dataclasses
import re
from pathlib import Path

import click

from byline.cli import group
from byline.kernel.settings import PREFIX, Settings

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"


def commands(command: click.Command, name: str = "byline") -> list[str]:
    """Every command below this one, in words."""
    if not isinstance(command, click.Group):
        return [name]
    context = click.Context(command)
    below = {word: command.get_command(context, word) for word in command.list_commands(context)}
    return [line for word, one in below.items() if one for line in commands(one, f"{name} {word}")]


def without_code(page: str) -> str:
    """A document's text without its examples."""
    return re.sub(r"```.*?```|`[^`\n]*`", "", page, flags=re.DOTALL)


def test_every_setting_is_documented_and_no_other() -> None:
    declared = {PREFIX + item.name.upper() for item in dataclasses.fields(Settings)}
    written = set(re.findall(rf"`({PREFIX}[A-Z_]+)`", (DOCS / "settings.md").read_text()))
    assert declared - written == set()
    assert written - declared == set()


def test_every_command_is_documented() -> None:
    page = (DOCS / "commands.md").read_text()
    assert [name for name in commands(group) if f"`{name}" not in page] == []


def test_every_command_explains_itself() -> None:
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        assert command.help, name


def test_links_between_documents_lead_somewhere() -> None:
    broken = [
        f"{page.relative_to(ROOT)}: {target}"
        for page in [*ROOT.glob("*.md"), *DOCS.rglob("*.md")]
        for target in re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", without_code(page.read_text()))
        if "://" not in target and not target.startswith("mailto:") and not (page.parent / target).exists()
    ]
    assert broken == []
