"""Forms of sites: one for each section of their settings."""

from __future__ import annotations

from werkzeug.datastructures import MultiDict
from wtforms import BooleanField, HiddenField, PasswordField, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice

from byline.analytics.sites import content, keys, service
from byline.analytics.sites.content import Collecting, General
from byline.analytics.sites.models import Role, Site
from byline.web import incoming
from byline.web.forms import Form

BLANK = MultiDict[str, str]()
"""What a form is given that must not show what was sent for another one on its page."""
FOR_EVER = ""
RETENTION = (
    SelectChoice("30", "30 days"),
    SelectChoice("90", "90 days"),
    SelectChoice("180", "Half a year"),
    SelectChoice("365", "One year"),
    SelectChoice("730", "Two years"),
    SelectChoice(FOR_EVER, "As long as the site is here"),
)
ROLES = (
    SelectChoice(Role.VIEWER.value, "Viewer: sees the numbers"),
    SelectChoice(Role.EDITOR.value, "Editor: also changes what is collected and how it is shown"),
)


class GeneralForm(Form):
    """What a site is called, where it is, and where its days begin."""

    seen = HiddenField()
    name = StringField("Name", render_kw={"maxlength": content.LONGEST_NAME})
    url = StringField("Address", render_kw={"maxlength": content.LONGEST_URL, "inputmode": "url"})
    time_zone = SelectField(
        "Time zone",
        choices=content.time_zones,
        validate_choice=False,
        description="Where its days begin and end.",
    )

    @classmethod
    def of(cls, site: Site) -> GeneralForm:
        """The form with what stands."""
        seen = service.mark_of(service.general_of(site))
        return cls(formdata=None, seen=seen, name=site.name, url=site.url, time_zone=site.time_zone)

    def general(self) -> General:
        """What was typed."""
        return General(self.name.data or "", self.url.data or "", self.time_zone.data or "UTC")


class CollectingForm(Form):
    """What is collected, and how long single events are kept."""

    seen = HiddenField()
    hostnames = TextAreaField(
        "Hosts whose pages count",
        description="One a line; *.example.org stands for all below it. Leave it empty to count pages of any host.",
    )
    excluded_paths = TextAreaField(
        "Pages that do not count",
        description="One path a line; * stands for any letters, as in /private/*.",
    )
    excluded_addresses = TextAreaField(
        "Visitors who do not count",
        description="One address or network a line, such as 192.0.2.7 or 2001:db8::/48: yours, or your office's.",
    )
    honours_dnt = BooleanField(
        "Leave out who asks not to be tracked",
        description="Browsers say so with DNT or Global Privacy Control. They are counted by number only.",
    )
    counts_outbound = BooleanField("Count clicks on links to other sites and on downloads")
    retention_days = SelectField(
        "Keep single events for",
        choices=RETENTION,
        validate_choice=False,
        description="After that only the sums of each day stay, which cannot be filtered any more.",
    )

    @classmethod
    def of(cls, standing: Collecting) -> CollectingForm:
        """The form with what stands."""
        days = FOR_EVER if standing.retention_days is None else str(standing.retention_days)
        form = cls(
            formdata=None,
            seen=service.mark_of(standing),
            hostnames="\n".join(standing.hostnames),
            excluded_paths="\n".join(standing.excluded_paths),
            excluded_addresses="\n".join(standing.excluded_addresses),
            honours_dnt=standing.honours_dnt,
            counts_outbound=standing.counts_outbound,
            retention_days=days,
        )
        if days not in {choice.value for choice in RETENTION}:
            form.retention_days.choices = [SelectChoice(days, f"{days} days"), *RETENTION]
        return form

    def collecting(self, *, is_public: bool) -> Collecting:
        """What was typed, and who may look, which another form says."""
        return Collecting(
            tuple((self.hostnames.data or "").splitlines()),
            tuple((self.excluded_paths.data or "").splitlines()),
            tuple((self.excluded_addresses.data or "").splitlines()),
            bool(self.honours_dnt.data),
            bool(self.counts_outbound.data),
            _days(self.retention_days.data or FOR_EVER),
            is_public,
        )


class TeamForm(Form):
    """Somebody to put on the team."""

    username = StringField("Username", render_kw={"maxlength": 80}, description="As in @ada.")
    role = RadioField("What they may do", choices=ROLES, validate_choice=False, default=Role.VIEWER.value)


class OfferForm(Form):
    """Somebody to give the site to."""

    username = StringField("Username of the new owner", render_kw={"maxlength": 80}, description="As in @ada.")
    password = PasswordField("Your password")


class KeyForm(Form):
    """A write key to make."""

    name = StringField(
        "What it is for",
        render_kw={"maxlength": keys.LONGEST_NAME},
        description="Such as the name of the server or program that will use it.",
    )


class DeletionForm(Form):
    """The name of the site, typed again."""

    name = StringField("Name of the site")


def _days(typed: str) -> int | None:
    """The number that was chosen; one that no site may have for what is no number."""
    if typed == FOR_EVER:
        return None
    found = incoming.number(typed)
    return 0 if found is None else found
