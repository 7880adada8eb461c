"""Forms of sharing and of letters."""

from __future__ import annotations

from collections.abc import Sequence

from wtforms import BooleanField, PasswordField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice

from byline.analytics.report.models import Segment
from byline.statistics.sharing import rules
from byline.statistics.sharing.rules import Letters, NewShare
from byline.web import incoming
from byline.web.forms import Form

NO_END, EVERYTHING = "", ""
LASTS = (
    SelectChoice(NO_END, "Until it is revoked"),
    SelectChoice("1", "One day"),
    SelectChoice("7", "One week"),
    SelectChoice("30", "30 days"),
    SelectChoice("90", "90 days"),
    SelectChoice("365", "One year"),
)


class ShareForm(Form):
    """A link to make."""

    name = StringField(
        "Whom it is for",
        render_kw={"maxlength": rules.LONGEST_NAME},
        description="Only your team sees this. It tells you later which link to revoke.",
    )
    days = SelectField("It works", choices=LASTS, validate_choice=False)
    segment = SelectField(
        "It shows",
        choices=[SelectChoice(EVERYTHING, "Everything")],
        validate_choice=False,
        description="A segment is taken as it is now. Changing it later does not change the link.",
    )
    password = PasswordField(
        "Password",
        description="Asked before anything is shown. Tell it to them by another way than the link.",
        render_kw={"autocomplete": "new-password", "maxlength": rules.LONGEST_PASSWORD},
    )
    origins = TextAreaField(
        "Websites that may show it in a frame",
        description="One a line, such as https://example.org, or https://*.example.org for all below it.",
        render_kw={"rows": 2},
    )

    def offer(self, segments: Sequence[Segment]) -> ShareForm:
        """The same form with the segments of a site to choose from."""
        named = [SelectChoice(str(segment.id), f"Only the segment “{segment.name}”") for segment in segments]
        self.segment.choices = [SelectChoice(EVERYTHING, "Everything"), *named]
        return self

    def share(self) -> NewShare:
        """What was typed; a number that is none is one that nobody may choose."""
        return NewShare(
            self.name.data or "",
            _number(self.days.data or NO_END),
            self.password.data or "",
            tuple((self.origins.data or "").splitlines()),
            _number(self.segment.data or EVERYTHING),
        )


class LettersForm(Form):
    """Which letters about a site a member wants."""

    weekly = BooleanField("A report every week", description="Mondays at seven in the morning, on the site's clock.")
    monthly = BooleanField("A report every month", description="On the first at seven in the morning.")
    spike = StringField(
        "Write to me when this many visitors are there at once",
        description="For instance 50. Leave it empty for no such mail.",
        render_kw={"inputmode": "numeric", "maxlength": 9},
    )
    silence = StringField(
        "Write to me when nobody came for this many hours",
        description="For instance 24. Leave it empty for no such mail.",
        render_kw={"inputmode": "numeric", "maxlength": 9},
    )

    @classmethod
    def of(cls, chosen: Letters) -> LettersForm:
        """The form with what was chosen."""
        return cls(
            formdata=None,
            weekly=chosen.weekly,
            monthly=chosen.monthly,
            spike="" if chosen.spike is None else str(chosen.spike),
            silence="" if chosen.silence is None else str(chosen.silence),
        )

    def letters(self) -> Letters:
        """What was typed; raises Invalid."""
        return rules.checked_letters(
            bool(self.weekly.data), bool(self.monthly.data), self.spike.data or "", self.silence.data or ""
        )


def _number(typed: str) -> int | None:
    if not typed.strip():
        return None
    found = incoming.number(typed)
    return 0 if found is None else found
