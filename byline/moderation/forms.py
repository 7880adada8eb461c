"""The forms of moderation. What they hold is judged by the services."""

from __future__ import annotations

from wtforms import BooleanField, HiddenField, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice

from byline.kernel import tidy
from byline.moderation import rules, wording
from byline.moderation.deciding import Wish
from byline.moderation.models import Act, Kind
from byline.web import incoming
from byline.web.forms import Form


class ReportForm(Form):
    """What is wrong with something."""

    reason = RadioField(
        "What is wrong?",
        choices=[SelectChoice(str(reason), words) for reason, words in wording.REASONS.items()],
        validate_choice=False,
    )
    note = TextAreaField(
        "What moderators should know",
        description="They see this note, never your name. Nor does anybody else.",
    )
    next = HiddenField()


class ActForm(Form):
    """What a moderator does with one thing, or with all that waits together."""

    act = StringField()
    reason = StringField("Reason")
    days = SelectField(
        "For how long",
        choices=[SelectChoice(word, label) for word, label in wording.LENGTHS.items()],
        validate_choice=False,
        default="7",
    )
    also_hide = BooleanField("Hide this as well")
    bundle = StringField()
    seen = StringField()
    next = StringField()

    def wish(self) -> Wish | None:
        """What is wished for; None for an act that there is not."""
        word = self.act.data or ""
        if word not in set(Act):
            return None
        seen = incoming.number(self.seen.data or "")
        return Wish(Act(word), self.reason.data or "", self.days.data or "", seen)

    @property
    def reason_typed(self) -> str:
        """What was typed as the reason, so that nothing is lost when it is refused."""
        return tidy.one_line(self.reason.data or "")[: 2 * rules.LONGEST_REASON]


class ReplyForm(Form):
    """An answer to a decision."""

    text = TextAreaField("Your answer")


class SettleForm(Form):
    """What becomes of an answer: the decision is taken back or it stands, with words for the member."""

    outcome = StringField()
    text = StringField("Words for the member")
    seen = StringField()
    next = StringField()


def kind_of(word: str) -> Kind:
    """The kind that an address names; its converter lets no other word through."""
    return Kind(word)
