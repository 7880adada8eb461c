"""The forms of the site's settings, one for each section. Each carries the number of the save it was opened with."""

from __future__ import annotations

from flask_wtf.file import FileField
from wtforms import BooleanField, HiddenField, IntegerField, RadioField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice

from byline.admin.site_rules import NOT_A_NUMBER
from byline.kernel import images
from byline.kernel.errors import Invalid
from byline.kernel.settings import Registration
from byline.kernel.site import CommentPolicy, HoldPosts, Identity, Joining, Look, Openness, PostPolicy
from byline.web import incoming
from byline.web.forms import Form

REGISTRATION = (
    SelectChoice(Registration.OPEN.value, "Everybody"),
    SelectChoice(Registration.INVITE.value, "Those with an invitation"),
    SelectChoice(Registration.CLOSED.value, "Nobody"),
)

HOLD_POSTS = (
    SelectChoice(HoldPosts.NOBODY.value, "Nobody"),
    SelectChoice(HoldPosts.NEW.value, "New members, until something of theirs was approved"),
    SelectChoice(HoldPosts.SPAM.value, "New members whose post looks like spam, or who join in a rush of very many"),
)


class SectionForm(Form):
    """A section that is saved by itself."""

    version = HiddenField()

    @property
    def seen_version(self) -> int:
        """The number of the save that whoever sends this has seen; one that nothing has for what is no number."""
        found = incoming.number(self.version.data or "0")
        return -1 if found is None else found


class IdentityForm(SectionForm):
    """What the site is called."""

    name = StringField("Name", description="In the bar, in feeds and in every mail.")
    tagline = StringField("Line below it", description="What the site is about, in a few words.")

    def section(self) -> Identity:
        """What was typed."""
        return Identity(self.name.data or "", self.tagline.data or "")


class LookForm(SectionForm):
    """The colour, and how name and logo stand together."""

    accent = StringField(
        "Accent colour",
        description="Links, buttons and what is chosen. Such as #0a665b; leave it empty for Byline's own green.",
    )
    shows_name = BooleanField("Show the name beside the logo")

    def section_beside(self, standing: Look) -> Look:
        """What was typed, with the logo that stands. Without one the name is always shown."""
        shows_name = bool(self.shows_name.data) or not standing.logo_key
        return Look(
            self.accent.data or "", standing.logo_key, standing.logo_width, standing.logo_height, shows_name=shows_name
        )


class LogoForm(SectionForm):
    """A logo."""

    picture = FileField(
        "Logo",
        description=f"{images.ACCEPTED}, at most 2 MB. Choose one that can be seen on light and on dark ground.",
    )


class JoiningForm(SectionForm):
    """Who may make an account."""

    registration = RadioField("Who may join", choices=REGISTRATION, validate_choice=False)

    def section(self) -> Joining:
        """What was chosen; Invalid for a choice that there is not."""
        for each in Registration:
            if each == self.registration.data:
                return Joining(each)
        raise Invalid("no-such-choice", "Choose who may join.", field="registration")


class PostsForm(SectionForm):
    """Whose posts wait for approval."""

    hold = RadioField(
        "Hold first posts for approval",
        choices=HOLD_POSTS,
        validate_choice=False,
        description=(
            "A post that is held is read by its authors and by moderators alone. Moderators, administrators and whom "
            "they invited, made or imported never wait."
        ),
    )

    def section(self) -> PostPolicy:
        """What was chosen; Invalid for a choice that there is not."""
        for each in HoldPosts:
            if each == self.hold.data:
                return PostPolicy(each)
        raise Invalid("no-such-choice", "Choose whose posts are held.", field="hold")


class CommentsForm(SectionForm):
    """What keeps a comment waiting, and when a post takes no more of them."""

    hold_first = BooleanField(
        "Hold the first comment of a member",
        description="A moderator reads it before others do. Later comments of the same member appear at once.",
    )
    hold_new_member_days = IntegerField(
        "Days for which a member is new",
        description="Comments of members who joined within so many days are held. 0 holds none for this.",
    )
    most_links = IntegerField("Links in a comment", description="A comment with more links than this is held.")
    held_words = TextAreaField(
        "Words that hold a comment", description="One word or phrase a line, in whatever case it is written."
    )
    closes_after_days = IntegerField(
        "Days until comments close",
        description="Posts published longer ago take no more comments. 0 leaves them open.",
    )

    @classmethod
    def of(cls, standing: CommentPolicy, version: int) -> CommentsForm:
        """The form with what stands."""
        return cls(
            formdata=None,
            version=str(version),
            hold_first=standing.hold_first,
            hold_new_member_days=standing.hold_new_member_days,
            most_links=standing.most_links,
            held_words="\n".join(standing.held_words),
            closes_after_days=standing.closes_after_days,
        )

    def section(self) -> CommentPolicy:
        """What was typed."""
        return CommentPolicy(
            hold_first=bool(self.hold_first.data),
            hold_new_member_days=_number(self.hold_new_member_days),
            most_links=_number(self.most_links),
            held_words=tuple((self.held_words.data or "").splitlines()),
            closes_after_days=_number(self.closes_after_days),
        )


class OpennessForm(SectionForm):
    """What strangers see of the moderators' work."""

    public_log = BooleanField(
        "Show everyone what moderators did",
        description="A page lists what was hidden and why. Who reported something is never shown.",
    )

    def section(self) -> Openness:
        """What was chosen."""
        return Openness(bool(self.public_log.data))


def _number(field: IntegerField) -> int:
    return NOT_A_NUMBER if field.data is None else int(field.data)
