"""Rules of the house that a machine can read from the code: error codes, wiring, module sizes, templates."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from jinja2 import StrictUndefined

import byline
from byline import wiring
from byline.kernel import errors

HOUSE = Path(byline.__file__).parent
MODULES = sorted(path for path in HOUSE.rglob("*.py") if "versions" not in path.parts)
KINDS = {kind.__name__ for kind in vars(errors).values() if isinstance(kind, type)}
BANNED_NAMES = {"utils", "helpers", "common", "base", "manager", "misc"}
LONGEST_MODULE = 400
MAY_REGISTER = {"byline.hooks", "flask_wtf.csrf"}
"""The form extension registers a check of its own, which its configuration switches off."""


def refusals() -> Iterator[tuple[str, str, str]]:
    """Kind, code and place of every refusal that is raised with a literal code."""
    for path in MODULES:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and _kind(node) in KINDS:
                code = _code(node)
                if code is not None:
                    yield _kind(node), code, f"{path.relative_to(HOUSE)}:{node.lineno}"


def _kind(node: ast.Call) -> str:
    name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
    if name == "of" and isinstance(node.func, ast.Attribute) and isinstance(node.func.value, ast.Name):
        return node.func.value.id
    return str(name)


def _code(node: ast.Call) -> str | None:
    is_several = isinstance(node.func, ast.Attribute) and node.func.attr == "of"
    place = node.args[1:2] if is_several else node.args[:1]
    return place[0].value if place and isinstance(place[0], ast.Constant) and isinstance(place[0].value, str) else None


def test_codes_of_refusals_are_short_words_joined_by_hyphens() -> None:
    odd = [f"{place}: {code}" for _, code, place in refusals() if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", code)]
    assert odd == []


def test_a_code_always_means_the_same_kind_of_refusal() -> None:
    kinds: dict[str, set[str]] = defaultdict(set)
    for kind, code, _ in refusals():
        kinds[code].add(kind)
    assert {code: sorted(named) for code, named in kinds.items() if len(named) > 1} == {}


def test_an_undefined_name_in_a_template_is_an_error(app: Flask) -> None:
    assert app.jinja_env.undefined is StrictUndefined
    assert app.jinja_env.autoescape is not False


def test_every_template_can_be_read(app: Flask) -> None:
    for name in app.jinja_env.list_templates():
        app.jinja_env.get_template(name)


def test_every_periodic_task_has_its_job() -> None:
    assert [type(every.task).__name__ for every in wiring.PERIODIC if type(every.task) not in wiring.JOBS] == []


@pytest.mark.parametrize("rule", ["before_request", "after_request", "teardown_request", "before_app_request"])
def test_only_the_hooks_run_around_a_view(rule: str) -> None:
    found = [str(path.relative_to(HOUSE)) for path in MODULES if re.search(rf"\.{rule}\b", path.read_text())]
    assert set(found) <= {"hooks.py"}


def test_nobody_registers_functions_around_a_view(app: Flask) -> None:
    tables = (app.before_request_funcs, app.after_request_funcs, app.teardown_request_funcs)
    registered = [function for table in tables for functions in table.values() for function in functions]
    assert [name for function in registered if (name := function.__module__) not in MAY_REGISTER] == []


def test_services_never_commit() -> None:
    edge = {"hooks.py", "kernel/db.py"}
    places = {str(path.relative_to(HOUSE)) for path in MODULES if re.search(r"\.commit\(", path.read_text())}
    assert places - edge == set()


def test_modules_are_small_and_named_for_what_they_hold() -> None:
    long = [str(path) for path in MODULES if len(path.read_text().splitlines()) > LONGEST_MODULE]
    assert long == []
    assert [str(path) for path in MODULES if path.stem in BANNED_NAMES] == []
