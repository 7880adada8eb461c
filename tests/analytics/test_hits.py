"""A line carries exactly what was put into it, or nothing at all."""

from __future__ import annotations

from zlib import crc32

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from byline.analytics import hits
from byline.analytics.hits import BadLine, Hit, Kind, Reason, Refused

SIGNED = st.integers(-(2**63), 2**63 - 1)
NUMBER = st.integers(0, 2**31 - 1)
TEXT = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=60)
HIT = st.builds(
    Hit,
    site_id=st.integers(1, 2**31 - 1),
    at_ms=st.integers(0, 2**63 - 1),
    visitor=SIGNED,
    former_visitor=SIGNED,
    kind=st.sampled_from(Kind),
    **dict.fromkeys(
        ("name", "host", "path", "source", "channel", "referrer", "utm_medium", "utm_campaign", "utm_content"), TEXT
    ),
    **dict.fromkeys(("utm_term", "country", "language", "browser", "system", "device", "screen"), TEXT),
    props=st.lists(st.tuples(TEXT, TEXT), max_size=5).map(tuple),
    view=SIGNED,
    engaged_ms=NUMBER,
    scroll=st.integers(-1, 100),
    read_seconds=NUMBER,
    origin=NUMBER,
)
REFUSED = st.builds(
    Refused,
    site_id=st.integers(1, 2**31 - 1),
    at_ms=st.integers(0, 2**63 - 1),
    reason=st.sampled_from(Reason),
    number=st.integers(1, 2**31 - 1),
)
PLAIN = Hit(1, 1_773_489_600_000, -5, path="/", host="example.org")


def sealed(body: str) -> bytes:
    return b"%08x %b\n" % (crc32(body.encode()), body.encode())


@given(HIT | REFUSED)
@example(PLAIN._replace(name="a\nb\r\u2028\t\"\\'", path="/ü/日本"))
def test_a_line_gives_back_what_was_put_into_it(entry: Hit | Refused) -> None:
    line = hits.encode(entry)
    assert line.endswith(b"\n")
    assert line.count(b"\n") == 1
    found = hits.decode(line)
    assert found == entry
    assert type(found) is type(entry)
    assert hits.decode(line[:-1]) == entry


def test_lines_are_read_as_they_are_however_many_others_were_read_before(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hits, "_MOST_SHARED", 3)
    made = [PLAIN._replace(path=f"/{number}", browser=f"{number % 5}") for number in range(30)]
    assert [hits.decode(hits.encode(hit)) for hit in made] == made
    assert len(hits._shared_known) <= 3


@given(HIT, st.data())
def test_a_line_cut_anywhere_is_bad(hit: Hit, data: st.DataObject) -> None:
    line = hits.encode(hit)
    cut = data.draw(st.integers(0, len(line) - 2))
    with pytest.raises(BadLine):
        hits.decode(line[:cut])
    with pytest.raises(BadLine):
        hits.decode(line[: cut + 1] + line)


@given(HIT, st.data())
def test_a_line_with_one_wrong_bit_is_bad(hit: Hit, data: st.DataObject) -> None:
    line = bytearray(hits.encode(hit))
    at = data.draw(st.integers(0, len(line) - 2))
    line[at] ^= 1 << data.draw(st.integers(0, 7))
    assume(bytes(line[9:]).rstrip(b"\n") == bytes(line[9:-1]))
    with pytest.raises(BadLine):
        hits.decode(bytes(line))


@given(st.binary(max_size=200))
def test_rubbish_is_bad(rubbish: bytes) -> None:
    with pytest.raises(BadLine):
        hits.decode(rubbish)
    with pytest.raises(BadLine):
        hits.decode(b"%08x %b" % (crc32(rubbish), rubbish))


def body_with(**changes: object) -> str:
    values: list[object] = list(PLAIN)
    for name, value in changes.items():
        values[Hit._fields.index(name)] = value
    return f"{hits._write(values[: hits.FIRST_SHARED])}\t{hits._write(values[hits.FIRST_SHARED :])}"


@pytest.mark.parametrize(
    "body",
    [
        "[]",
        '"h"',
        "{}",
        "null",
        "[" * 5000,
        "[1]",
        '[1,2,"bot"]',
        '[1,2,"bot",0]',
        '[1,2,"ghost",1]',
        '[0,2,"bot",1]',
        '[true,2,"bot",1]',
        '[1,2,"bot",1,1]',
        '[1,2,"bot",1] ',
        '[1,2,"bot",1]\t',
        '[1,2,"bot",1]\t[]',
        body_with(kind="nothing"),
        body_with(site_id=0),
        body_with(site_id=2**31),
        body_with(site_id=True),
        body_with(at_ms=-1),
        body_with(at_ms=1.5),
        body_with(visitor=2**63),
        body_with(view=-(2**63) - 1),
        body_with(scroll=101),
        body_with(scroll=-2),
        body_with(engaged_ms=-1),
        body_with(engaged_ms=2**31),
        body_with(read_seconds=2**31),
        body_with(origin=-1),
        body_with(path="/a\0b"),
        body_with(path=None),
        body_with(props=[["key"]]),
        body_with(props=[["key", 1]]),
        body_with(props=["ab"]),
        body_with(props=[["key", "\0"]]),
        body_with(props=[["key", "value"]] * 31),
        body_with(path="x" * hits.LONGEST_LINE),
        body_with(screen=None),
        body_with(screen="\0"),
        body_with(host="\0"),
        body_with() + "\t[]",
        body_with().partition("\t")[0],
        body_with().partition("\t")[2],
        body_with().partition("\t")[0] + "\t[]",
        body_with().replace("]\t", "] \t"),
        body_with().replace('"/"', '"\\u0000"'),
        body_with().replace('"/"', '"\\ud800"'),
        body_with(at_ms=1).replace(",1,-5", ",NaN,-5"),
    ],
)
def test_a_whole_line_that_no_hit_makes_is_bad(body: str) -> None:
    with pytest.raises(BadLine):
        hits.decode(sealed(body))


def test_what_no_line_can_carry_is_refused_before_it_is_written() -> None:
    with pytest.raises(ValueError, match="too long"):
        hits.encode(PLAIN._replace(path="x" * hits.LONGEST_LINE))
    with pytest.raises(UnicodeEncodeError):
        hits.encode(PLAIN._replace(path="\ud800"))


def test_the_fields_and_their_types_agree() -> None:
    assert len(hits._TYPES_OF_OWN) == hits.FIRST_SHARED
    assert all(type(each) is str for each in PLAIN[hits.FIRST_SHARED :])
