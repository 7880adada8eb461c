"""The forms of administration."""

from __future__ import annotations

from datetime import datetime, timedelta

from wtforms import EmailField, IntegerField, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice

from byline.accounts import member_queries
from byline.accounts.models import Role, User
from byline.admin import wording
from byline.admin.member_bulk import BulkAct, Order
from byline.kernel import clock
from byline.kernel.access import NOTHING, Permission
from byline.kernel.errors import Invalid
from byline.web.forms import Form

SPANS = (
    SelectChoice(0, "Until somebody lifts it"),
    SelectChoice(1, "A day"),
    SelectChoice(7, "A week"),
    SelectChoice(30, "30 days"),
    SelectChoice(365, "A year"),
)


class RoleChoice(Form):
    """Another role for a member."""

    role = SelectField("Role", coerce=int, validate_choice=False)

    @classmethod
    def of(cls, member: User | None = None) -> RoleChoice:
        """The form with every role to choose from, the member's own chosen."""
        form = cls(formdata=None, role=member.role_id) if member else cls()
        form.role.choices = [SelectChoice(role.id, role.name) for role, _ in member_queries.roles()]
        return form


class BulkForm(Form):
    """Several members, and what to do to them."""

    members = SelectMultipleField("Members", coerce=int, validate_choice=False, choices=[])
    role = SelectField("Role", coerce=int, validate_choice=False, choices=[])
    reason = TextAreaField("Reason", description="They read it when they try to log in.")
    act = StringField()

    def order(self) -> Order:
        """What was asked for; Invalid for an act that there is not."""
        for act in BulkAct:
            if act == self.act.data:
                return Order(act, self.role.data or 0, self.reason.data or "")
        raise Invalid("no-such-act", "Choose what to do with these members.")


class Rename(Form):
    """Another username."""

    username = StringField("Username")


class Address(Form):
    """Another e-mail address."""

    email = EmailField("E-mail address")


class Suspend(Form):
    """Why a member is shut out, and for how long."""

    reason = TextAreaField("Reason", description="The member reads it when they try to log in.")
    days = SelectField("How long", coerce=int, validate_choice=False, choices=SPANS, default=0)

    def until(self) -> datetime | None:
        """When it ends by itself; None where somebody has to lift it."""
        days = self.days.data or 0
        if days not in {choice.value for choice in SPANS}:
            raise Invalid("no-such-span", "Choose how long.", field="days")
        return clock.now() + timedelta(days=days) if days else None


class RoleForm(Form):
    """A role's name and what those who have it may do."""

    name = StringField("Name")
    permissions = SelectMultipleField(
        "May",
        coerce=int,
        validate_choice=False,
        choices=[SelectChoice(int(bit), label) for bit, (label, _) in wording.PERMISSIONS.items()],
    )

    @classmethod
    def of(cls, role: Role) -> RoleForm:
        """The form with what the role is now."""
        bits = [int(bit) for bit in wording.PERMISSIONS if role.permissions & bit]
        return cls(formdata=None, name=role.name, permissions=bits)

    def chosen(self) -> Permission:
        """The permissions that were ticked; numbers that are none count for nothing."""
        chosen = NOTHING
        for bit in self.permissions.data or ():
            chosen |= Permission(bit) if bit in list(Permission) else NOTHING
        return chosen


class InvitationForm(Form):
    """An invitation for somebody."""

    email = EmailField(
        "E-mail address", description="They get the link by mail. Leave it out to hand the link on yourself."
    )
    note = StringField("Note", description="For you and the other administrators: who this is for.")
    days = IntegerField("Days until it expires", default=14)
