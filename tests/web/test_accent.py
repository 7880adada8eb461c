"""The accent colour as a style sheet."""

from __future__ import annotations

from flask.testing import FlaskClient

from byline.web import accent


def test_a_colour_has_a_style_sheet_for_both_schemes(client: FlaskClient) -> None:
    answer = client.get(accent.address("#ffee00"))
    assert answer.mimetype == "text/css"
    assert answer.text.startswith(":root{--accent:light-dark(#")
    assert ",#ffee00)" in answer.text
    assert "immutable" in answer.headers["Cache-Control"]


def test_a_style_sheet_under_another_address_is_kept_briefly(client: FlaskClient) -> None:
    assert "immutable" not in client.get("/accent/ffee00.css?v=other").headers["Cache-Control"]


def test_what_is_no_colour_has_no_style_sheet(client: FlaskClient) -> None:
    for colour in ("red", "ffee0", "ffee00;}body{display:none"):
        assert client.get(f"/accent/{colour}.css").status_code == 404
