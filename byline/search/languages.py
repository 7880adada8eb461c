"""The languages whose words are known in their other forms, and which of them a text is written in."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterable
from functools import lru_cache
from itertools import islice
from typing import cast

NONE = ""
"""A text in a language without a stemmer here: its words are found as they are written."""
USUAL = "en"
"""What a text too short to tell is taken for."""
ENOUGH = 0.08
"""The least part of a text that its language's own small words make up. Prose has three times as many."""
JUDGED_WORDS = 2_000

STEMMERS = {
    "ar": "arabic",
    "ca": "catalan",
    "cs": "czech",
    "da": "danish",
    "de": "german",
    "el": "greek",
    "en": "english",
    "es": "spanish",
    "fi": "finnish",
    "fr": "french",
    "hi": "hindi",
    "hu": "hungarian",
    "it": "italian",
    "nl": "dutch",
    "no": "norwegian",
    "pl": "polish",
    "pt": "portuguese",
    "ro": "romanian",
    "ru": "russian",
    "sv": "swedish",
    "tr": "turkish",
}
"""The Snowball algorithm of each language."""

SMALL = {
    "ca": "el la els les de del i a en que un una per amb no es són al com més aquest aquesta però seu quan on va ser",
    "cs": "a je se na v že s z to do o i jako ale by který jsou pro si za jsem byl jeho když aby také už nebo ve po",
    "da": "og i at det en den til er som på de med af for ikke der var et har han jeg men om vi sig fra blev også",
    "de": "der die und in den von zu das mit sich des auf für ist im dem nicht ein eine als auch es an er wie ich "
    "wir aus nach bei noch über oder wenn aber sind war sie einen einem einer wird man nur",
    "en": "the of and to a in is it that for was on as with be by this are or from at which not have has had an they "
    "you he she we his her their but what there been if would who when will more no out so up into them then i my",
    "es": "de la que el en y a los se del las un por con no una su para es al lo como más pero sus le ya o este sí "
    "porque esta entre cuando muy sin sobre también me hasta hay donde",
    "fi": "ja on ei että se oli hän mutta ovat kun niin kuin myös jos tai sen ole joka ne vain olen siitä mitä nyt",
    "fr": "de la le et les des en un du une que est pour qui dans a par plus pas au sur ne se ce il sont avec nous on "
    "son mais comme ou si leur elle je cette aux tout fait sa être ont",
    "hu": "a az és hogy nem is egy ez de volt csak van meg mint már ha azt még el ki vagy lesz kell mert amely ezt",
    "it": "di e il la che in a per un è del le con non una i si da della sono come più ma al dei lo se anche nel alla "
    "gli ha questo o su ho mi quando",
    "nl": "de het een van en in is dat op te zijn met voor niet die aan er om ook als maar bij of uit naar dan was "
    "door over ze hij wordt nog wat we heeft kan dit ik je",
    "no": "og i det er på til som en å for av at med den ikke har de et om han jeg men var vi fra så seg ble også",
    "pl": "w i na z się że do nie to jest o jak za od po a przez co dla jego są ale ten tak czy już tym był tylko był",
    "pt": "de a o que e do da em um para é com não uma os no se na por mais as dos como mas foi ao ele das tem à seu "
    "sua ou ser quando muito há nos já está eu também",
    "ro": "și de în la a cu pe că un o nu este pentru care din mai au fost se sa sunt ca al ce dar lui prin fi le era",
    "sv": "och i att det en som på är av för med den till inte har de ett om men var jag han från vi så kan hon när "
    "också eller nu skulle blev",
    "tr": "ve bir bu da de için ile çok daha olarak gibi en o ne kadar sonra ama olan var her ki mi değil ya ben",
}
"""The words a language cannot do without: they tell it from others, and nobody looks for them."""
_KNOWN_BY = {name: frozenset(words.split()) for name, words in SMALL.items()}
_one_at_a_time = threading.Lock()
_SCRIPTS = (
    ("\u0370", "\u03ff", "el"),
    ("\u0400", "\u04ff", "ru"),
    ("\u0600", "\u06ff", "ar"),
    ("\u0900", "\u097f", "hi"),
)


def of(words: Iterable[str], usual: str = USUAL) -> str:
    """The language these words, in small letters, are written in; `usual` where there are too few to tell.

    Greek, Cyrillic, Arabic and Devanagari are told by their letters, the others by their small words.
    """
    judged = list(islice(words, JUDGED_WORDS))
    if not judged:
        return usual
    script = _of_script(judged)
    if script is not None:
        return script
    counts = Counter(judged)
    hits = {name: sum(map(counts.__getitem__, known)) for name, known in _KNOWN_BY.items()}
    best = max(hits, key=lambda name: (hits[name], name == usual))
    return best if hits[best] >= max(2, ENOUGH * len(judged)) else usual


def _of_script(words: list[str]) -> str | None:
    """The language of most of the words' letters where that is not the Latin script, None where it is."""
    first = "".join([word[0] for word in words])
    if first.isascii():
        return None
    for begin, end, name in _SCRIPTS:
        if sum(begin <= letter <= end for letter in first) * 2 > len(first):
            return name
    # Scripts written without spaces have no endings that a stemmer could take away.
    return NONE if sum(letter >= "\u0e00" for letter in first) * 2 > len(first) else None


def is_small(word: str, names: Iterable[str]) -> bool:
    """Whether a word, in small letters, is one of the small words of any of these languages."""
    return any(word in _KNOWN_BY.get(name, ()) for name in names)


def stem(word: str, language: str) -> str:
    """The word, in small letters, without the ending that its form gives it in this language."""
    name = STEMMERS.get(language)
    if name is None:
        return word
    # A stemmer keeps the word it works on in itself.
    with _one_at_a_time:
        return _stemmer(name)(word)


@lru_cache(maxsize=len(STEMMERS))
def _stemmer(name: str) -> Callable[[str], str]:
    # Late, because every language comes with it, and many processes never stem a word.
    import snowballstemmer

    return cast("Callable[[str], str]", snowballstemmer.stemmer(name).stemWord)
