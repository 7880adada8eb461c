"""The forms of logging in, joining and keeping an account safe. They carry what was written; services judge it."""

from __future__ import annotations

from wtforms import BooleanField, EmailField, HiddenField, PasswordField, StringField

from byline.accounts import rules
from byline.accounts.registration import Applicant
from byline.web.forms import Form


class LogIn(Form):
    """Log in by e-mail address or username."""

    email = StringField("E-mail address or username")
    # Programs and password managers that learned the name under this label send it so.
    username = StringField("Username")
    password = PasswordField("Password")
    remember = BooleanField("Stay logged in on this device for 30 days")

    @property
    def identifier(self) -> str:
        """Whatever was given as a name."""
        return self.email.data or self.username.data or ""


class Address(Form):
    """One address: to send a link to."""

    email = EmailField("E-mail address")

    @property
    def wanted(self) -> str:
        """Whom it is about, short enough to be counted by."""
        return rules.email_of(self.email.data or "") or (self.email.data or "").strip().casefold()[:254]


class Register(Address):
    """Join: address, name, password twice."""

    invitation = HiddenField()
    username = StringField("Username")
    password = PasswordField("Password")
    password_confirm = PasswordField("The same password again")

    @property
    def applicant(self) -> Applicant:
        """What was written, as the service takes it."""
        return Applicant(
            email=self.email.data or "",
            username=(self.username.data or "").strip(),
            password=self.password.data or "",
            password_confirm=self.password_confirm.data or "",
        )


class NewAddress(Address):
    """Another address for one's account."""

    email = EmailField("New e-mail address")
    password = PasswordField("Your password")


class NewPassword(Form):
    """A password chosen by a link."""

    new_password = PasswordField("New password")
    new_password_confirm = PasswordField("The same password again")


class ChangePassword(NewPassword):
    """A password changed by whoever knows the old one."""

    password = PasswordField("Your password now")


class Leave(Form):
    """The password once more, before an account is given up."""

    password = PasswordField("Your password")


class Code(Form):
    """A code of an authenticator app, or a recovery code."""

    code = StringField("Code")


class SetUpApp(Code):
    """The first code of an authenticator app, and the password: a borrowed browser must not lock its owner out."""

    password = PasswordField("Your password")


class NewPasskey(Form):
    """A passkey: what it is called and what it is for."""

    name = StringField("Name")
    password = PasswordField("Your password")
    only_second_step = BooleanField("Use it only as a second step after the password")
