"""Forms of the room."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from wtforms import SelectField
from wtforms.fields.choices import SelectChoice

from byline.notifications import rules, wording
from byline.notifications.models import Kind, Pace
from byline.web.forms import Form


def _field(kind: Kind) -> Any:
    label, hint = wording.KINDS[kind]
    choices = [SelectChoice(pace.value, wording.PACES[pace]) for pace in rules.paces(kind)]
    return SelectField(label, choices=choices, description=hint, validate_choice=False)


class MailForm(Form):
    """How often the member wants mail of each kind."""

    reply = _field(Kind.REPLY)
    mention = _field(Kind.MENTION)
    comment = _field(Kind.COMMENT)
    like = _field(Kind.LIKE)
    follow = _field(Kind.FOLLOW)
    message = _field(Kind.MESSAGE)
    decision = _field(Kind.DECISION)
    posts = _field(Kind.POSTS)

    @classmethod
    def of(cls, chosen: Mapping[Kind, Pace]) -> MailForm:
        """The form as the member left it."""
        return cls(data={kind.value: pace.value for kind, pace in chosen.items()})

    def chosen(self) -> dict[Kind, str]:
        """What was sent, as it was typed; kinds that were not sent are left out."""
        return {kind: str(self[kind.value].data) for kind in Kind if self[kind.value].raw_data}
