"""The one style sheet and the one script."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient

from byline.web import assets, bundles

SHEET = (
    '@charset "UTF-8";/* words */:root{--a:1}a:hover{color:red}.used,.unused{margin:0}.used:not(.unused){top:0}'
    "@media print{.unused{left:0}.used>.used{left:1px}}@keyframes spin{to{top:0}}.unused{bottom:0}"
    ":is(a,.unused) b{color:red}@media print{.unused{top:0}}"
)


def test_only_rules_that_can_match_are_kept() -> None:
    kept = bundles.narrowed(SHEET, frozenset({"used"}))
    assert kept == (
        ":root{--a:1}a:hover{color:red}.used{margin:0}.used:not(.unused){top:0}@media print{.used>.used{left:1px}}"
    )


def test_files_that_do_not_exist_take_no_memory(client: FlaskClient) -> None:
    client.get("/static/nothing.css")  # The page that says so has files of its own.
    before = assets._load.cache_info().currsize
    for number in range(5):
        assert client.get(f"/static/{number}.css").status_code == 404
    assert assets._load.cache_info().currsize == before


def test_bootstrap_is_the_base_and_ours_wins(client: FlaskClient) -> None:
    sheet = client.get("/static/byline.css").text
    assert sheet.startswith("@layer bootstrap{")
    assert ".visually-hidden" in sheet
    assert ".carousel" not in sheet
    assert sheet.count("{") == sheet.count("}")
    assert "--paper" in sheet


def test_no_style_sheet_or_script_asks_a_third_party(client: FlaskClient) -> None:
    for name in ("byline.css", "byline.js"):
        assert not re.search(r"(?:url\(|import )[\"']?(?:https?:)?//", client.get(f"/static/{name}").text)


def test_every_script_of_the_bundle_has_a_scope_of_its_own(client: FlaskClient) -> None:
    assert "export " not in client.get("/static/byline.js").text
    assert not re.search(r"^import ", client.get("/static/byline.js").text, re.MULTILINE)


def test_scripts_send_forms_through_one_door() -> None:
    """It alone knows what to do with a page that outlived its token."""
    posting = [path.name for path in sorted((bundles.OWN / "js").rglob("*.js")) if 'method: "POST"' in path.read_text()]
    assert posting == ["post.js"]


def test_what_scripts_of_the_bundle_import_stands_in_front_of_them(client: FlaskClient) -> None:
    script = client.get("/static/byline.js").text
    imported = re.findall(
        r'^import .* from "./(\w+).js";', "".join(map(bundles._source, bundles.SCRIPTS)), re.MULTILINE
    )
    assert set(imported) == set(bundles.SHARED)
    assert script.count("function renewToken(") == 1
    assert script.index("function renewToken(") < script.index("\n{\n")


@pytest.mark.parametrize("path", ["/favicon.ico", "/static/img/mark.svg", "/static/img/touch.png"])
def test_the_mark_is_where_browsers_look(client: FlaskClient, path: str) -> None:
    assert client.get(path).content_type.startswith("image/")


def test_a_file_is_kept_for_ever_under_its_own_address(client: FlaskClient) -> None:
    address = assets.address("byline.css")
    assert "immutable" in client.get(address).headers["Cache-Control"]
    assert "immutable" not in client.get("/static/byline.css").headers["Cache-Control"]


def test_nothing_outside_the_folder_is_sent(client: FlaskClient) -> None:
    assert client.get("/static/../app.py").status_code == 404
    assert client.get("/static/%2e%2e/assets.py").status_code == 404
