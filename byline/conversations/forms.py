"""The forms of conversations: a message, its first one, and who may write."""

from __future__ import annotations

from wtforms import RadioField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice

from byline.conversations.models import Welcome
from byline.kernel.errors import Invalid
from byline.web.forms import Form

CHOICES = (
    SelectChoice(Welcome.EVERYONE.value, "Everyone"),
    SelectChoice(Welcome.FOLLOWED.value, "People I follow"),
    SelectChoice(Welcome.NOBODY.value, "Nobody"),
)


class MessageForm(Form):
    """One message. `form_key` makes sending it twice one message."""

    body = TextAreaField("Message")
    form_key = StringField()


class FirstMessageForm(MessageForm):
    """A message to somebody who is named in it."""

    to = StringField("To", description="A username.")


class WelcomeForm(Form):
    """Who may write a first message."""

    welcomes = RadioField("Who may begin a conversation with you", choices=CHOICES, validate_choice=False)

    def welcome(self) -> Welcome:
        """What was chosen; Invalid when it is none of the choices."""
        if self.welcomes.data not in set(Welcome):
            raise Invalid("welcome-unknown", "Choose one of the three.", field="welcomes")
        return Welcome(self.welcomes.data)
