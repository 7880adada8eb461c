"""Drawings: what draws stays, what runs or reaches out goes."""

from __future__ import annotations

from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from byline.kernel import errors, images
from byline.kernel.images.avatars import PALETTES

SVG = 'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'


def _rebuilt(inside: str, attributes: str = 'width="10" height="10"', *, drop_scripts: bool = False) -> str:
    source = f"<svg {SVG} {attributes}>{inside}</svg>"
    return images.open_upload(source.encode(), drop_scripts=drop_scripts).data.decode()


def test_a_plain_drawing_stays_a_drawing() -> None:
    text = _rebuilt('<defs><linearGradient id="g"><stop offset="0" stop-color="#fff"/></linearGradient></defs>'
                    '<g transform="scale(2)"><circle cx="5" cy="5" r="4" fill="url(#g)"/></g>'
                    '<text x="1" y="2">Tom &amp; Jerry <tspan font-weight="bold">here</tspan> on</text>')  # fmt: skip

    assert 'fill="url(#g)"' in text
    assert "Tom &amp; Jerry <tspan" in text
    assert "</tspan> on</text>" in text


@pytest.mark.parametrize(
    "inside",
    [
        "<script>alert(1)</script>",
        "<g><script href='x.js'/></g>",
        "<circle r='1' onclick='alert(1)'/>",
        "<circle r='1' ONLOAD='alert(1)'/>",
        "<a href='javascript:alert(1)'><circle r='1'/></a>",
        "<a xlink:href=' java&#10;script:alert(1)'><circle r='1'/></a>",
        "<foreignObject><body xmlns='http://www.w3.org/1999/xhtml'><script>1</script></body></foreignObject>",
        "<set attributeName='href' to='javascript:alert(1)'/>",
    ],
)
def test_a_script_is_refused_with_a_sentence_or_left_out_when_asked(inside: str) -> None:
    with pytest.raises(errors.Invalid, match="contains a script"):
        _rebuilt(inside)

    text = _rebuilt(inside + "<rect width='3' height='3'/>", drop_scripts=True)

    assert "alert" not in text
    assert "script" not in text.lower()
    assert "<rect" in text


@pytest.mark.parametrize(
    ("inside", "gone"),
    [
        ("<image href='https://evil.example/x.png'/>", "evil"),
        ("<image href='data:image/svg+xml;base64,AAAA'/>", "AAAA"),
        ("<use xlink:href='https://evil.example/x.svg#a'/>", "evil"),
        ("<a href='https://evil.example'><circle r='2'/></a>", "evil"),
        ("<style>@import 'https://evil.example/x.css';</style>", "evil"),
        ("<style>rect { fill: url(https://evil.example/x) }</style>", "evil"),
        ("<style>rect { fill: u\\72l(https://evil.example/x) }</style>", "evil"),
        ("<rect style=\"background: image-set('https://evil.example/x' 1x)\"/>", "evil"),
        ("<rect fill=\"url('https://evil.example/x')\"/>", "evil"),
        ("<rect filter='url( https://evil.example/x )'/>", "evil"),
        ("<foreignObject><p xmlns='http://www.w3.org/1999/xhtml'>evil</p></foreignObject>", "evil"),
        ("<iframe src='https://evil.example'/>", "evil"),
        ("<x:thing xmlns:x='urn:evil'>evil</x:thing>", "evil"),
        ("<animate attributeName='href' values='#evil'/>", "evil"),
        ("<?xml-stylesheet href='https://evil.example/x.css'?><g/>", "evil"),
        ("<!-- evil --><g/>", "evil"),
        ("<metadata>evil</metadata>", "evil"),
    ],
)
def test_what_reaches_out_is_left_out(inside: str, gone: str) -> None:
    assert gone not in _rebuilt(inside)


def test_text_beside_what_is_left_out_stays() -> None:
    assert "before  after" in _rebuilt("<text>before <metadata>x</metadata> after</text>")


def test_the_fallback_of_embedded_html_is_what_shows() -> None:
    text = _rebuilt(
        "<switch><foreignObject requiredFeatures='x'><p xmlns='http://www.w3.org/1999/xhtml'>rich</p></foreignObject>"
        "<text>plain</text></switch>"
    )

    assert "rich" not in text
    assert "<text>plain</text>" in text


@pytest.mark.parametrize(
    ("attributes", "size"),
    [
        ('width="120" height="80"', (120, 80)),
        ('width="120.6px" height="80pt"', (121, 107)),
        ('width="1in" height="25.4mm"', (96, 96)),
        ('width="100%" height="100%" viewBox="0 0 640 480"', (640, 480)),
        ('viewBox="-0.5 -0.5 741 391"', (741, 391)),
        ('width="50" viewBox="0 0 200 100"', (50, 25)),
        ('height="50" viewBox="0,0,200,100"', (100, 50)),
        ("", (300, 150)),
        ('width="-5" height="nan" viewBox="a b c"', (300, 150)),
        ('width="9999999" height="0.0001"', (20_000, 1)),
    ],
)
def test_the_size_comes_from_the_attributes_or_the_view_box(attributes: str, size: tuple[int, int]) -> None:
    picture = images.open_upload(f"<svg {SVG} {attributes}><g/></svg>".encode())

    assert (picture.width, picture.height) == size
    assert picture.extension == "svg"


def test_rebuilding_twice_changes_nothing_more() -> None:
    source = '<g id="a"><path d="M0 0L9 9"/><!-- x --></g><use href="#a" x="3"/><style>.a { fill: red }</style> tail'
    once = _rebuilt(source)

    assert images.open_upload(once.encode()).data.decode() == once


@pytest.mark.parametrize(
    "source",
    [
        "<svg",
        "<svg><g></svg>",
        '<?xml version="1.0" encoding="nonsense"?><svg/>',
        '<!DOCTYPE svg [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><svg>&b;</svg>',
        '<!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]><svg><text>&x;</text></svg>',
        '<?xml version="1.0"?><rss/>',
        "<svg>" + "<g>" * 300 + "</g>" * 300 + "</svg>",
        "<svg>" + "<g/>" * 50_001 + "</svg>",
    ],
)
def test_what_is_no_harmless_drawing_is_refused_with_a_sentence(source: str) -> None:
    with pytest.raises(errors.Invalid) as refusal:
        images.open_upload(source.encode())

    assert refusal.value.message.endswith(".")


def test_a_drawing_that_multiplies_itself_is_refused() -> None:
    parts = ['<g id="l0">' + "<path d='M0 0'/>" * 10 + "</g>"]
    parts += [f'<g id="l{level}">' + f'<use href="#l{level - 1}"/>' * 10 + "</g>" for level in range(1, 9)]

    with pytest.raises(errors.Invalid, match="too many parts"):
        _rebuilt("".join(parts))


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=200))
def test_odd_text_never_gets_further_than_a_sentence(text: str) -> None:
    try:
        data = images.open_upload(f"<svg {SVG}>{text}</svg>".encode(errors="surrogatepass")).data
    except errors.Invalid:
        return
    ET.fromstring(data)  # noqa: S314  (what the program itself has made safe)


def _luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_initials_can_be_read_on_every_ground() -> None:
    for *grounds, ink in PALETTES:
        for ground in grounds:
            light, dark = sorted((_luminance(ink), _luminance(ground)), reverse=True)
            assert (light + 0.05) / (dark + 0.05) >= 4.5, (ink, ground)


def test_a_generated_avatar_is_the_same_each_time_and_differs_between_people() -> None:
    assert images.generated_avatar("ada", "AL") == images.generated_avatar("Ada", "al")
    assert len({images.generated_avatar(f"member{number}", "AB") for number in range(60)}) > 50


@given(st.text(max_size=40), st.text(alphabet=st.characters(categories=["L", "P", "S", "Zs"]), max_size=4))
def test_a_generated_avatar_is_well_formed_for_any_name(seed: str, initials: str) -> None:
    text = images.generated_avatar(seed, initials)

    assert ET.fromstring(text).tag.endswith("svg")  # noqa: S314  (what the program itself has made safe)
