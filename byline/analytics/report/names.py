"""How people call the rows of a panel whose keys are codes: countries and languages."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from importlib import resources

from byline.analytics.definitions import DIMENSIONS

OTHER = "(other)"
OTHER_LABEL = "All others"
_WRITTEN = """
af Afrikaans am Amharic ar Arabic az Azerbaijani be Belarusian bg Bulgarian bn Bengali bs Bosnian ca Catalan cs Czech
cy Welsh da Danish de German el Greek en English eo Esperanto es Spanish et Estonian eu Basque fa Persian fi Finnish
fil Filipino fr French ga Irish gl Galician gu Gujarati he Hebrew hi Hindi hr Croatian hu Hungarian hy Armenian
id Indonesian is Icelandic it Italian ja Japanese ka Georgian kk Kazakh km Khmer kn Kannada ko Korean ky Kyrgyz
lo Lao lt Lithuanian lv Latvian mk Macedonian ml Malayalam mn Mongolian mr Marathi ms Malay my Burmese nb Norwegian
ne Nepali nl Dutch nn Norwegian no Norwegian pa Punjabi pl Polish ps Pashto pt Portuguese ro Romanian ru Russian
rw Kinyarwanda si Sinhala sk Slovak sl Slovenian so Somali sq Albanian sr Serbian sv Swedish sw Swahili ta Tamil
te Telugu th Thai tl Tagalog tr Turkish uk Ukrainian ur Urdu uz Uzbek vi Vietnamese xh Xhosa zh Chinese zu Zulu
"""


def label(dimension: str, key: str) -> str:
    """How people call a row."""
    if key == OTHER:
        return OTHER_LABEL
    if not key:
        return DIMENSIONS[dimension].unknown
    return _names(dimension).get(key, key)


def keys_like(dimension: str, text: str) -> Iterable[str]:
    """The codes whose names contain a text, whatever the size of letters; none where keys are names themselves."""
    wanted = text.casefold()
    return [key for key, name in _names(dimension).items() if wanted and wanted in name.casefold()]


def _names(dimension: str) -> Mapping[str, str]:
    if dimension == "country":
        return countries()
    return languages() if dimension == "language" else {}


@cache
def countries() -> Mapping[str, str]:
    """Countries by their two letters, from the time zone database's own list."""
    table = resources.files("tzdata.zoneinfo").joinpath("iso3166.tab").read_text("utf-8")
    pairs = (line.split("\t", 1) for line in table.splitlines() if line and not line.startswith("#"))
    return {code: name.strip() for code, name in pairs}


@cache
def languages() -> Mapping[str, str]:
    """Languages by their two or three letters."""
    found = _WRITTEN.split()
    return dict(zip(found[::2], found[1::2], strict=True))
