"""The form of a comment, with two signs of a program: a field that nobody sees, and how long the form was open."""

from __future__ import annotations

from flask import current_app
from itsdangerous import BadSignature, Signer
from wtforms import StringField, TextAreaField

from byline.comments.content import Sent
from byline.kernel import clock
from byline.posts import content as post_content
from byline.web import incoming
from byline.web.forms import Form


class CommentForm(Form):
    """A comment, or an answer to the comment numbered `parent`."""

    body = TextAreaField("Your comment")
    parent = StringField()
    opened = StringField()
    subject = StringField("Leave this empty")
    """The trap. No browser fills in a field of this name by itself, as it would an address or a website."""

    @classmethod
    def blank(cls, parent_id: int | None = None, *, opened: str = "") -> CommentForm:
        """An empty form, opened now; or drawn for several, with `opened` where the moment belongs."""
        return cls(formdata=None, data={"parent": str(parent_id or ""), "opened": opened or signed_now()})

    def sent(self) -> Sent:
        """What was sent. A parent that is no number is one that is not there."""
        typed = (self.parent.data or "").strip()
        parent_id = (incoming.number(typed) or 0) if typed else None
        return Sent(self.body.data or "", parent_id, trap=self.subject.data or "", seconds=_seconds(self.opened.data))

    def without_forbidden(self) -> None:
        """Take out what no browser shows, so that the form can be shown again."""
        self.body.data = post_content.without_forbidden(self.body.data or "")
        self.opened.data = signed_now()


class EditForm(Form):
    """A comment as it shall read from now on."""

    body = TextAreaField("Your comment")


class HideForm(Form):
    """Why a comment is hidden."""

    reason = StringField("Reason")


def _signer() -> Signer:
    return Signer(str(current_app.secret_key), salt="comment form")


def signed_now() -> str:
    """The moment in which a form is opened, as only this site can write it."""
    return _signer().sign(str(clock.milliseconds())).decode()


def _seconds(opened: str | None) -> float | None:
    """How long a form was open, None for one that names no moment of ours."""
    try:
        moment = int(_signer().unsign(opened or "").decode())
    except (BadSignature, ValueError):
        return None
    return clock.now().timestamp() - moment / 1000
