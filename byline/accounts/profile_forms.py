"""The forms of a profile: words and picture."""

from __future__ import annotations

from flask_wtf.file import FileField
from wtforms import BooleanField, StringField, TextAreaField

from byline.accounts.models import User
from byline.accounts.profile_rules import LONGEST_ABOUT, MOST_LINKS, Profile
from byline.kernel import images
from byline.web.forms import Form


class ProfileForm(Form):
    """What a member says about themselves."""

    name = StringField("Name", description="Shown above your posts. Without one it is your username.")
    location = StringField("Location")
    about = TextAreaField("About", description=f"Plain text, up to {LONGEST_ABOUT} characters. Line ends are kept.")
    links = TextAreaField("Links", description=f"One web address a line, up to {MOST_LINKS}.")
    hides_last_seen = BooleanField("Hide when I was last here")

    @classmethod
    def of(cls, member: User) -> ProfileForm:
        """The form with what the profile says now."""
        return cls(
            formdata=None,
            name=member.name,
            location=member.location,
            about=member.about,
            links="\n".join(link["url"] for link in member.links),
            hides_last_seen=member.hides_last_seen,
        )

    def profile(self) -> Profile:
        """What was typed."""
        return Profile(
            name=self.name.data or "",
            location=self.location.data or "",
            about=self.about.data or "",
            links=tuple((self.links.data or "").splitlines()),
            hides_last_seen=bool(self.hides_last_seen.data),
        )


class PictureForm(Form):
    """A picture of oneself."""

    picture = FileField("Picture", description=f"{images.ACCEPTED.replace(' or SVG', '')}; shown as a square.")
