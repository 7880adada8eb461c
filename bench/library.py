"""Texts for measurements of search: made-up words, used as unequally as real ones, between small words of English."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import update

from byline.kernel.db import Database
from byline.posts.models import Post
from byline.search import jobs, languages
from byline.search.messages import FillIndex

VOCABULARY = 60_000
SMALL_PART = 0.4
BODY_WORDS = (200, 600)
TITLE_WORDS = (3, 8)
BATCH = 1_000
_HEADS, _TAILS = "bcdfghklmnprstvw", "aeiou"


def word(rank: int) -> str:
    """The word of a rank; 0 is the one used most."""
    letters, number = "", rank + 90
    while number:
        number, place = divmod(number, len(_HEADS) * len(_TAILS))
        letters += _HEADS[place % len(_HEADS)] + _TAILS[place // len(_HEADS)]
    return letters


@dataclass(frozen=True, slots=True)
class Text:
    """One post's words."""

    title: str
    body: str


def texts(number: int, *, seed: int = 7) -> Iterator[Text]:
    """So many texts, the same in every run. A word's frequency goes with its rank (Zipf's law)."""
    chance = random.Random(seed)
    words = [word(rank) for rank in range(VOCABULARY)]
    weights = list(itertools.accumulate(1 / (rank + 5) for rank in range(VOCABULARY)))
    small = languages.SMALL["en"].split()
    for _ in range(number):
        title = chance.choices(words, cum_weights=weights, k=chance.randint(*TITLE_WORDS))
        length = chance.randint(*BODY_WORDS)
        body = chance.choices(words, cum_weights=weights, k=length)
        for place in chance.sample(range(length), int(SMALL_PART * length)):
            body[place] = chance.choice(small)
        yield Text(" ".join(title).capitalize(), " ".join(body))


def give_texts(database: Database, posts: int) -> None:
    """Write texts into the posts 1 to `posts` of a site that is there already."""
    numbers = itertools.count(1)
    for batch in _batched(posts):
        rows = [_row(next(numbers), each) for each in batch]
        with database.unit_of_work() as session:
            session.execute(update(Post), rows)


def _batched(posts: int) -> Iterator[Sequence[Text]]:
    every = texts(posts)
    while batch := list(itertools.islice(every, BATCH)):
        yield batch


def _row(number: int, given: Text) -> dict[str, Any]:
    return {
        "id": number,
        "title": given.title,
        "body": given.body,
        "html": f"<p>{given.body}</p>\n",
        "excerpt": given.body[:240],
        "word_count": len(given.body.split()),
    }


def fill_index(database: Database) -> None:
    """Bring every post and member in, as the worker does after an update."""
    task: FillIndex | None = FillIndex()
    while task is not None:
        with database.unit_of_work():
            task = jobs.bring_next(task)
