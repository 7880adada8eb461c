"""Front matter: what stands before a text, in TOML (`+++`), YAML (`---`) or JSON (`{ … }`), or not at all."""

from __future__ import annotations

import json
import re
import tomllib
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

import yaml

DEEPEST = 20
_TOML = re.compile(r"\+\+\+[ \t]*\n(?:(.*?)\n)?\+\+\+[ \t]*(?:\n|\Z)", re.DOTALL)
_YAML = re.compile(r"---[ \t]*\n(?:(.*?)\n)?(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL)
_NO_KEYS = re.compile(r"\A(?:\s*#[^\n]*\n?|\s)*\Z")


class Broken(Exception):
    """A file that cannot be taken in; the text is a sentence for the one who runs the import."""


@dataclass(frozen=True, slots=True)
class Parted:
    """A file's front matter (plain values only: text, numbers, lists, tables, moments) and the text after it."""

    fields: dict[str, Any]
    body: str


def parted(text: str) -> Parted:
    """The front matter and the text of a file; a file without front matter is all text. Broken with a sentence."""
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    if match := _TOML.match(text):
        return Parted(_toml(match[1] or ""), text[match.end() :])
    if match := _YAML.match(text):
        # Two thematic breaks with prose between them look like YAML; only a table of keys is front matter.
        return _yaml_parted(text, match)
    if text.startswith("{"):
        return _json_parted(text)
    if text.startswith("+++"):
        raise Broken("The front matter begins with +++ and never ends.")
    return Parted({}, text)


def _toml(source: str) -> dict[str, Any]:
    try:
        return _plain_table(tomllib.loads(source))
    except (tomllib.TOMLDecodeError, RecursionError) as wrong:
        raise Broken(f"The TOML front matter cannot be read: {_first_line(wrong)}.") from None


def _yaml_parted(text: str, match: re.Match[str]) -> Parted:
    source = match[1] or ""
    try:
        read = _yaml(source)
    except (yaml.YAMLError, RecursionError, ValueError, OverflowError) as wrong:
        raise Broken(f"The YAML front matter cannot be read: {_first_line(wrong)}.") from None
    if isinstance(read, dict):
        return Parted(_plain_table(read), text[match.end() :])
    return Parted({}, text[match.end() :] if _NO_KEYS.match(source) else text)


def _yaml(source: str) -> Any:
    # A few lines of YAML can name one another until they fill the memory, and front matter has no use for that.
    for event in yaml.parse(source, Loader=yaml.SafeLoader):
        if isinstance(event, yaml.AliasEvent):
            raise Broken("The YAML front matter refers to itself by aliases (*name), which Byline does not follow.")
    return yaml.safe_load(source)


def _json_parted(text: str) -> Parted:
    try:
        read, end = json.JSONDecoder(parse_constant=_refuse_constant).raw_decode(text)
    except (json.JSONDecodeError, RecursionError) as wrong:
        # A text may simply begin with a brace; what was meant as JSON has a quoted key first.
        if not re.match(r"\{\s*[\"}]", text):
            return Parted({}, text)
        raise Broken(f"The JSON front matter cannot be read: {_first_line(wrong)}.") from None
    return Parted(_plain_table(read), text[end:].lstrip(" \t").removeprefix("\n"))


def _refuse_constant(name: str) -> None:
    raise Broken(f"The JSON front matter holds {name}, which is no JSON.")


def _plain_table(read: dict[Any, Any]) -> dict[str, Any]:
    return {str(key): _plain(value, 1) for key, value in read.items()}


def _plain(value: Any, depth: int) -> Any:
    if depth > DEEPEST:
        raise Broken("The front matter is nested too deeply.")
    if isinstance(value, dict):
        return {str(key): _plain(inner, depth + 1) for key, inner in value.items()}
    if isinstance(value, list | tuple | set):
        return [_plain(inner, depth + 1) for inner in value]
    if value is None or isinstance(value, str | bool | int | datetime | date | time):
        return value
    if isinstance(value, float):
        return value if abs(value) < float("inf") else str(value)
    return str(value)


def _first_line(wrong: Exception) -> str:
    where = getattr(wrong, "problem_mark", None)
    what = getattr(wrong, "problem", None) or str(wrong).partition("\n")[0] or type(wrong).__name__
    return f"{what.rstrip('.')} (line {where.line + 1})" if where else what.rstrip(".")
