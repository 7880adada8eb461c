"""Lines in words: who did what to which thing, and where it is. The page and the letters say the same."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote

from byline.accounts.models import User
from byline.kernel import text, tidy
from byline.notifications import queries
from byline.notifications.models import Kind, Notification
from byline.notifications.queries import Likers, Told
from byline.notifications.rules import HELD, Outcome
from byline.web.paging import Page

LONGEST_QUOTE = 160
NOBODY = Likers((), 0)
SIGNS: Mapping[Kind, str] = {
    Kind.REPLY: "reply",
    Kind.MENTION: "at",
    Kind.COMMENT: "chat-left-text",
    Kind.LIKE: "heart",
    Kind.FOLLOW: "person-plus",
    Kind.MESSAGE: "envelope",
    Kind.DECISION: "shield-check",
}
DECIDED: Mapping[str, str] = {
    Outcome.APPROVED: "was approved. Everyone can read it now.",
    Outcome.HIDDEN: "was hidden.",
    Outcome.RESTORED: "is shown again.",
    Outcome.WAITS: "waits for a moderator now, as very many joined at once. You will be told what was decided.",
}
"""What became of a post or a comment."""
SAID: Mapping[str, str] = {
    Outcome.HIDDEN: "A message of yours was hidden.",
    Outcome.RESTORED: "A message of yours is shown again.",
    Outcome.UPHELD: "Your appeal was read. The decision stays as it is.",
    Outcome.LIFTED: "Your suspension is lifted.",
    Outcome.ANSWERED: "The moderators answered your appeal.",
    Outcome.LOOKED_AT: "What you reported was looked at. Thank you for telling us.",
}
"""What is told without naming a thing."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line as it is shown: `who` did something (`does`) to a thing with a title, and what follows it (`rest`)."""

    id: int
    kind: Kind
    at: datetime
    is_unread: bool
    people: Sequence[User]
    who: str
    does: str
    title: str
    rest: str
    quote: str
    path: str

    @property
    def sign(self) -> str:
        """The icon of its kind."""
        return SIGNS[self.kind]

    @property
    def sentence(self) -> str:
        """The line as plain text."""
        title = f"“{self.title}”" if self.title else ""
        return " ".join(part for part in (self.who, self.does, title) if part) + self.rest


def page_of(page: Page[Told]) -> Page[Line]:
    """A page of lines in words; two more statements where likes are among them."""
    likers = queries.likers_of([told.line for told in page.items])
    return Page([_line(told, likers.get(told.line.id, NOBODY)) for told in page.items], page.older, page.newer)


def all_of(told: Sequence[Told]) -> list[Line]:
    """The same for lines that are no page."""
    return list(page_of(Page(told)).items)


def _line(told: Told, likers: Likers) -> Line:
    line = told.line
    people = [line.actor] if line.actor is not None else list(likers.named)
    does, title, rest = _words(line, is_many=len(people) + likers.others > 1)
    return Line(
        id=line.id,
        kind=Kind(line.kind),
        at=line.at,
        is_unread=told.is_unread,
        people=people,
        who=_names(people, likers.others),
        does=does,
        title=tidy.one_line(title) if title is not None else "",
        rest=rest,
        quote=_quote(line),
        path=path_of(line),
    )


def _names(people: Sequence[User], others: int) -> str:
    names = [person.shown_name for person in people]
    if others >= queries.MOST_LIKERS - queries.MOST_TOLD_PEOPLE:
        names.append("many others")
    elif others:
        names.append("1 other" if others == 1 else f"{others} others")
    return joined(names)


def joined(names: Sequence[str]) -> str:
    """Names as a sentence lists them."""
    return " and ".join(filter(None, (", ".join(names[:-1]), *names[-1:])))


def _words(line: Notification, *, is_many: bool) -> tuple[str, str | None, str]:
    """What was done, the title of the post it was done to, and what stands after it."""
    title = line.post.title or "your post" if line.post is not None else None
    if line.act == HELD:
        return "A comment waits for your approval on", title, ""
    likes = "like" if is_many else "likes"
    told = {
        Kind.REPLY: ("replied to your comment on", title, ""),
        Kind.MENTION: ("mentioned you in a comment on" if line.comment_id else "mentioned you in", title, ""),
        Kind.COMMENT: ("commented on", title, ""),
        Kind.LIKE: (f"{likes} your comment on" if line.comment_id else f"{likes} your post", title, ""),
        Kind.FOLLOW: ("follows you", None, ""),
        Kind.MESSAGE: ("wrote to you", None, ""),
    }
    return told[Kind(line.kind)] if line.kind in told else _decided(line, title)


def _decided(line: Notification, title: str | None) -> tuple[str, str | None, str]:
    if title is None or line.act not in DECIDED:
        return SAID.get(line.act, "The moderators decided about your account."), None, ""
    if line.act == Outcome.APPROVED and line.comment_id is None:
        return "Your post", title, " was approved."  # It may be scheduled, or for those who have the link.
    return ("Your comment on" if line.comment_id else "Your post"), title, f" {DECIDED[line.act]}"


def _quote(line: Notification) -> str:
    if line.kind == Kind.DECISION:
        return line.reason
    if line.comment is None or line.kind == Kind.LIKE:
        return ""
    words = tidy.one_line(text.plain(line.comment.html))
    return words if len(words) <= LONGEST_QUOTE else f"{words[:LONGEST_QUOTE].rsplit(' ', 1)[0]} …"


def path_of(line: Notification) -> str:
    """Where a line leads: to the decision, the comment, the post, the conversation or the person."""
    if line.decision_id is not None:
        return f"/decisions/{line.decision_id}"
    if line.act == HELD:
        return "/comments"
    if line.message is not None:
        return f"/messages/{line.message.conversation_id}"
    if line.post is not None:
        post = f"/@{quote(line.post.author.username)}/{quote(line.post.slug)}"
        return f"{post}/comments/{line.comment_id}" if line.comment_id else post
    return f"/@{quote(line.actor.username)}" if line.actor is not None else "/notifications"
