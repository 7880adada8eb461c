from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from byline.posts.interchange import author_map, author_names, front_matter, moments, shortcodes
from byline.posts.interchange.author_map import Known, WrongMap
from byline.posts.interchange.fields import Fields
from byline.posts.interchange.front_matter import Broken


@pytest.mark.parametrize(
    ("text", "fields", "body"),
    [
        ('+++\ntitle = "A"\n+++\n\nText', {"title": "A"}, "\nText"),
        ("---\ntitle: A\n---\nText", {"title": "A"}, "Text"),
        ("---\ntitle: A\n...\nText", {"title": "A"}, "Text"),
        ('{\n "title": "A"\n}\nText', {"title": "A"}, "Text"),
        ("\ufeff---\r\ntitle: A\r\n---\r\nText", {"title": "A"}, "Text"),
        ("+++\n+++\nText", {}, "Text"),
        ("---\n---\nText", {}, "Text"),
        ("---\n# only a comment\n---\nText", {}, "Text"),
        ("Text alone", {}, "Text alone"),
        ("", {}, ""),
        ("{not json}", {}, "{not json}"),
        ("---\nA line between two rules\n---\nText", {}, "---\nA line between two rules\n---\nText"),
        ("---\nunfinished: yes\nText", {}, "---\nunfinished: yes\nText"),
    ],
)
def test_front_matter_is_told_from_the_text(text: str, fields: dict[str, Any], body: str) -> None:
    parted = front_matter.parted(text)
    assert (parted.fields, parted.body) == (fields, body)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("+++\ntitle = \n+++\n", "TOML"),
        ('+++\ntitle = "A"\n', "never ends"),
        ("---\ntitle: [\n---\n", "YAML"),
        ("---\na: &x [1]\nb: *x\n---\n", "aliases"),
        ("---\na: !!python/object/apply:os.system ['true']\n---\n", "YAML"),
        ('{"title": }\n', "JSON"),
        ('{"title": NaN}\n', "NaN"),
        ("+++\na = " + "[" * 500 + "]" * 500 + "\n+++\n", "TOML|nested"),
    ],
)
def test_broken_front_matter_is_refused_with_a_sentence(text: str, sentence: str) -> None:
    with pytest.raises(Broken, match=sentence) as refused:
        front_matter.parted(text)
    assert str(refused.value).endswith(".")


@given(st.text())
def test_no_text_breaks_the_parting(text: str) -> None:
    try:
        front_matter.parted(text)
    except Broken as refused:
        assert str(refused)  # noqa: PT017  (either way is fine; what matters is that nothing else is raised)


PRAGUE = ZoneInfo("Europe/Prague")


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("2026-03-14", "2026-03-13T23:00"),
        ("2026-03-14 12:30", "2026-03-14T11:30"),
        ("2026-03-14T12:30:00Z", "2026-03-14T12:30"),
        ("2026-03-14 12:30:00 +0200", "2026-03-14T10:30"),
        ("2026-03-14T12:30:00.123456-05:00", "2026-03-14T17:30"),
        ("14 March 2026", "2026-03-13T23:00"),
        (datetime(2026, 3, 14, 12, 30, tzinfo=UTC), "2026-03-14T12:30"),
        (datetime(2026, 7, 14, 12, 30).date(), "2026-07-13T22:00"),  # noqa: DTZ001  (a day without a zone is the case)
    ],
)
def test_moments_are_read_in_the_zone_they_were_written_in(written: object, expected: str) -> None:
    found = moments.moment(written, PRAGUE)
    assert found is not None
    assert found.isoformat(timespec="minutes").removesuffix("+00:00") == expected


@pytest.mark.parametrize(
    "written", ["yesterday", "2026-13-40", "", "99999-01-01", 7, None, [1], "0001-01-01T00:00:00+14:00"]
)
def test_what_is_no_moment_is_none(written: object) -> None:
    assert moments.moment(written, PRAGUE) is None


def test_a_date_in_a_name_or_an_address_counts() -> None:
    assert moments.in_name("2026-03-14-a-title", UTC) == (datetime(2026, 3, 14, tzinfo=UTC), "a-title")
    assert moments.in_name("2026-99-14-a-title", UTC) == (None, "2026-99-14-a-title")
    assert moments.in_path("blog/2026/03/14/a-title", UTC) == datetime(2026, 3, 14, tzinfo=UTC)
    assert moments.in_path("blog/a-title", UTC) is None


@pytest.mark.parametrize(
    ("written", "names"),
    [
        ("Carol Nichols and David Wood", ["Carol Nichols", "David Wood"]),
        ("Felix Klock, Wesley Wiser", ["Felix Klock", "Wesley Wiser"]),
        ("Kyle Strand, Niko Matsakis, and Amanieu d'Antras", ["Kyle Strand", "Niko Matsakis", "Amanieu d'Antras"]),
        ("Niko Matsakis and @mark-i-m", ["Niko Matsakis", "mark-i-m"]),
        ("Jane Lusby, Project Director of Collaboration", ["Jane Lusby"]),
        ("Jane Losare-Lusby and the Governance Reform WG", ["Jane Losare-Lusby", "Governance Reform WG"]),
        ('Sergey "Shnatsel" Davidoff', ['Sergey "Shnatsel" Davidoff']),
        ("Jane Doe <jane@example.org>, John Doe", ["Jane Doe", "John Doe"]),
        ("Martin Luther King, Jr.", ["Martin Luther King"]),
        ("Sandy Anderson", ["Sandy Anderson"]),
        ("Ada, ADA and Áda", ["Ada"]),
        (" , and ", []),
    ],
)
def test_a_line_of_names_is_taken_apart(written: str, names: list[str]) -> None:
    assert list(author_names.split(written)) == names


def test_spellings_of_one_name_are_one_person_and_the_one_with_its_accents_is_shown() -> None:
    assert author_names.key("Tomáš Šedovič") == author_names.key("tomas  sedovic")
    assert author_names.best_spelling(["Tomas Sedovic", "Tomas Sedovic", "Tomáš Šedovič"]) == "Tomáš Šedovič"
    assert author_names.username_wish("Søren Ångström-O'Neill") == "soren-angstrom-oneill"
    assert author_names.username_wish("李明") == ""


def test_an_author_map_says_whom_a_line_stands_for(tmp_path: Any) -> None:
    path = tmp_path / "map.toml"
    path.write_text(
        '"Felix S. Klock II" = { username = "pnkfelix", name = "Felix Klock" }\n'
        '"Niko Matsakis" = "@nikomatsakis"\n"Grace" = "grace@example.org"\n'
        '"davidtwco and wesleywiser" = ["davidtwco", "wesleywiser"]\n'
    )
    known = author_map.read(path)
    assert known.whole("felix s. klock ii") == (Known(username="pnkfelix", name="Felix Klock"),)
    assert known.whole("Niko Matsakis") == (Known(username="nikomatsakis"),)
    assert known.whole("Grace") == (Known(email="grace@example.org"),)
    assert known.whole("davidtwco and wesleywiser") == (Known(username="davidtwco"), Known(username="wesleywiser"))
    assert known.whole("Nobody") is None


@pytest.mark.parametrize(
    ("name", "content"),
    [("map.txt", "a"), ("map.toml", "a = ["), ("map.json", "[1]"), ("map.yaml", "a: {nick: b}"), ("map.yaml", "a: 7")],
)
def test_a_wrong_author_map_is_refused_with_a_sentence(tmp_path: Any, name: str, content: str) -> None:
    (tmp_path / name).write_text(content)
    with pytest.raises(WrongMap, match=r"\."):
        author_map.read(tmp_path / name)


def test_keys_are_found_in_any_case_and_what_nobody_took_is_left() -> None:
    given = Fields({"Title": "A", "extra": {"team": "T", "authors": ["B"]}, "weight": 3, "draft": None})
    assert (given.text("title"), given.table("extra").words("authors")) == ("A", ["B"])
    assert given.rest() == {"extra": {"team": "T"}, "weight": 3}


@pytest.mark.parametrize(
    ("written", "markdown"),
    [
        ('[x]({{< ref "other.md#part" >}})', "[x](other.md#part)"),
        ("[x]({% post_url 2020-01-02-title %})", "[x](2020-01-02-title)"),
        ("![x]({{ site.baseurl }}/a.png)", "![x](/a.png)"),
        ("![x]({{ '/a.png' | relative_url }})", "![x](/a.png)"),
        ('{{< figure src="a.png" alt="A" caption="Said" >}}', '![A](<a.png> "Said")'),
        ("{% highlight ruby %}\nputs 1\n{% endhighlight %}", "```ruby\nputs 1\n```"),
        ("`{{rust-src-base}}` and {{ unknown }}", "`{{rust-src-base}}` and {{ unknown }}"),
        ('```\n{{< ref "a.md" >}}\n```', '```\n{{< ref "a.md" >}}\n```'),
    ],
)
def test_known_shortcodes_become_markdown(written: str, markdown: str) -> None:
    assert shortcodes.translated(written) == markdown
