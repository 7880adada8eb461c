"""The author map: a YAML, TOML or JSON file that says which members the names in a blog stand for."""

from __future__ import annotations

import json
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from byline.posts.interchange import author_names

KINDS = (".toml", ".yaml", ".yml", ".json")


class WrongMap(Exception):
    """The author map cannot be used; the text is a sentence for the one who runs the import."""


@dataclass(frozen=True, slots=True)
class Known:
    """Whom a name stands for. Each may be empty: a username, an e-mail address of a member, a name to show."""

    username: str = ""
    email: str = ""
    name: str = ""


@dataclass(frozen=True, slots=True)
class AuthorMap:
    """Names, compared without case and accents, and the one or several people each stands for."""

    people: dict[str, tuple[Known, ...]]

    def whole(self, written: str) -> tuple[Known, ...] | None:
        """Whom a line of names stands for, if the map has the whole line."""
        return self.people.get(author_names.key(written))


NOBODY = AuthorMap({})


def read(path: Path) -> AuthorMap:
    """The map in a file; WrongMap with a sentence when it is none."""
    if path.suffix.lower() not in KINDS:
        raise WrongMap(f"{path.name} is no author map: its name ends with .toml, .yaml or .json.")
    try:
        read_out = _parsed(path)
    except (OSError, UnicodeDecodeError, ValueError, yaml.YAMLError, RecursionError) as wrong:
        raise WrongMap(f"{path.name} cannot be read: {str(wrong).splitlines()[0]}") from None
    if isinstance(read_out, dict) and isinstance(read_out.get("authors"), dict):
        read_out = read_out["authors"]
    if not isinstance(read_out, dict):
        raise WrongMap(f"{path.name} is no table of names.")
    return AuthorMap({author_names.key(str(name)): _people(str(name), value) for name, value in read_out.items()})


def _parsed(path: Path) -> Any:
    text = path.read_text(encoding="utf-8-sig")
    match path.suffix.lower():
        case ".toml":
            return tomllib.loads(text)
        case ".json":
            return json.loads(text)
        case _:
            return yaml.safe_load(text)


def _people(name: str, value: Any) -> tuple[Known, ...]:
    values = value if isinstance(value, list) else [value]
    return tuple(_person(name, one) for one in values)


def _person(name: str, value: Any) -> Known:
    if isinstance(value, str):
        return Known(email=value.strip()) if "@" in value[1:] else Known(username=value.strip().removeprefix("@"))
    if isinstance(value, dict) and all(isinstance(inner, str) for inner in value.values()):
        unknown = set(value) - {"username", "email", "name"}
        if not unknown:
            return Known(**{field: inner.strip() for field, inner in value.items()})
    raise WrongMap(
        f"“{name}” is given as neither a username, an e-mail address, a table with username, email and name, "
        "nor a list of those."
    )
