"""Making a found text fit the limits of a post, and saying what had to give."""

from __future__ import annotations

from dataclasses import dataclass

from byline.posts import content
from byline.posts.content import Content
from byline.posts.interchange.source import Source


@dataclass(frozen=True, slots=True)
class Fitted:
    """Content that a post can take, and a sentence for each thing that was shortened or left out."""

    content: Content
    notes: tuple[str, ...]


def fitted(source: Source, *, body: str, slug: str, cover: str | None) -> Fitted:
    """The source as content. A body that is too long is not cut: the service refuses it."""
    notes: list[str] = []
    title = _shortened(source.title, content.LONGEST_TITLE, "title", notes)
    standfirst = _shortened(source.standfirst, content.LONGEST_STANDFIRST, "description", notes)
    tags = _tags(source.tags, notes)
    plain = content.without_forbidden(body)
    if plain != body:
        notes.append("Control characters in the text were left out.")
    return Fitted(Content(title, content.lines(plain), tags, standfirst, slug, cover), tuple(notes))


def _shortened(written: str, limit: int, what: str, notes: list[str]) -> str:
    line = content.one_line(content.without_forbidden(written))
    if len(line) <= limit:
        return line
    notes.append(f"The {what} has {len(line)} characters and was shortened to {limit}.")
    cut = line[: limit - 1]
    return f"{cut.rpartition(' ')[0] or cut}…"


def _tags(written: tuple[str, ...], notes: list[str]) -> tuple[str, ...]:
    kept: dict[str, str] = {}
    for raw in written:
        name = content.one_line(content.without_forbidden(raw)).lstrip("#").strip()
        slug = content.tag_slug(name)
        if not slug or len(name) > content.LONGEST_TAG:
            notes.append(f"“{raw[:60]}” cannot be a tag and was left out.")
        else:
            kept.setdefault(slug, name)
    if len(kept) > content.MOST_TAGS:
        notes.append(f"Of {len(kept)} tags the first {content.MOST_TAGS} were kept.")
    return tuple(kept.values())[: content.MOST_TAGS]
