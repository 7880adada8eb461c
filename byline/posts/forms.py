"""The writer's form: what a browser sends, turned into content, a wished state and a moment."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

from wtforms import StringField, TextAreaField

from byline.kernel.errors import Invalid
from byline.posts import content
from byline.posts.content import Content
from byline.posts.models import PostState
from byline.web import incoming
from byline.web.forms import Form

EVERYONE, BY_LINK = "everyone", "link"
NOW, LATER = "now", "later"
FIRST_PICTURE, NO_PICTURE = "", "none"
DAMAGED = "\N{REPLACEMENT CHARACTER}"
LOCAL_FORMAT = "%Y-%m-%dT%H:%M"
_DAMAGED_SENTENCE = (
    f"Some letters did not arrive whole and show as {DAMAGED}. "
    "Put them right; if they are meant to be there, save once more."
)
_OFFSET = re.compile(r"[+-]\d{2}:\d{2}")


class WriteForm(Form):
    """Title, text and what the sheet asks for. A field that was not sent keeps the value the form was made with."""

    title = TextAreaField("Title")
    standfirst = TextAreaField("Standfirst")
    body = TextAreaField("Text")
    tags = StringField("Tags")
    slug = StringField("Address")
    cover = StringField("Picture")
    state = StringField("State")
    audience = StringField("Who sees it")
    when = StringField("When")
    publish_at = StringField("Date and time")
    publish_offset = StringField("Time zone")
    based_on = StringField()
    form_key = StringField()
    meant = StringField()

    def content(self) -> Content:
        """What was written; Invalid when letters were damaged on their way and nobody has said they are meant."""
        self._check_whole()
        cover: str = self.cover.data or ""
        return Content(
            title=self.title.data or "",
            body=self.body.data or "",
            tags=content.split_tags(self.tags.data or ""),
            standfirst=self.standfirst.data or "",
            slug=(self.slug.data or "").strip(),
            cover=None if cover == FIRST_PICTURE else "" if cover == NO_PICTURE else cover,
        )

    def wished_state(self) -> PostState | None:
        """The state the writer asks for, None to leave it as it is."""
        word = self.state.data or ""
        if word in ("", "keep"):
            return None
        wished = parse_state(word)
        if wished == PostState.PUBLISHED and self.audience.data == BY_LINK:
            return PostState.UNLISTED
        return wished

    def moment(self) -> datetime | None:
        """When to publish, None for now."""
        typed = (self.publish_at.data or "").strip()
        if self.when.data == NOW or (not typed and self.when.data != LATER):
            return None
        if not typed:
            raise Invalid("publish-at-missing", "Choose the day and time it should be published.", field="publish_at")
        return parse_moment(typed, (self.publish_offset.data or "").strip())

    def version(self) -> int:
        """The version of the post that the form started from."""
        return incoming.number(self.based_on.data or "") or 0

    def without_forbidden(self) -> None:
        """Take out what no browser shows, so that the form can be shown again."""
        for field in self:
            if isinstance(field.data, str):
                field.data = content.without_forbidden(field.data)

    def _check_whole(self) -> None:
        if self.meant.data:
            return
        typed = (self.title, self.standfirst, self.body, self.tags)
        wrong = {field.name: _DAMAGED_SENTENCE for field in typed if DAMAGED in (field.data or "")}
        if wrong:
            raise Invalid.of(wrong, "text-damaged")


def parse_state(word: str) -> PostState:
    """The state of that name; Invalid, with the field, when there is none."""
    if word not in set(PostState):
        raise Invalid("state-unknown", "A post is draft, published, scheduled, unlisted or withdrawn.", field="state")
    return PostState(word)


def parse_moment(typed: str, offset: str = "") -> datetime:
    """A moment as browsers send it: `2026-03-14T12:00`, in UTC unless it or `offset` (`+02:00`) says otherwise."""
    try:
        moment = datetime.fromisoformat(typed)
        if moment.tzinfo is None and _OFFSET.fullmatch(offset):
            moment = datetime.fromisoformat(f"{moment.isoformat()}{offset}")
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except OverflowError:
        raise Invalid("publish-at-too-far", "That is too far ahead or too long ago.", field="publish_at") from None
    except ValueError:
        sentence = "That is no day and time. Write it like 2026-03-14 12:00."
        raise Invalid("publish-at-unreadable", sentence, field="publish_at") from None


def values_of(kept: Content, **more: Any) -> dict[str, Any]:
    """The form's values for content that exists."""
    cover = FIRST_PICTURE if kept.cover is None else kept.cover or NO_PICTURE
    values = {
        "title": kept.title,
        "standfirst": kept.standfirst,
        "body": kept.body,
        "tags": ", ".join(kept.tags),
        "slug": kept.slug,
        "cover": cover,
        "when": "",
        "audience": EVERYONE,
    }
    return values | more
