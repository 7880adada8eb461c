"""Changes of a profile: words and picture. The member's own form and an administrator's use the same functions."""

from __future__ import annotations

from byline.accounts import profile_rules
from byline.accounts.models import User
from byline.accounts.profile_rules import Profile
from byline.kernel import db, images
from byline.kernel.access import Actor
from byline.kernel.errors import Invalid, NotAllowed, NotFound
from byline.kernel.storage import Storage


def of(actor: Actor, user_id: int) -> User:
    """The member whose profile `actor` may change: their own, or anybody's for an administrator.

    NotFound when there is no such member, NotAllowed when it is somebody else's.
    """
    user = db.session().get(User, user_id)
    if user is None:
        raise NotFound("member-unknown", "There is no such member.")
    if actor.id != user_id and not actor.is_administrator:
        raise NotAllowed("not-your-profile", "You can only change your own profile.")
    return user


def change(actor: Actor, user_id: int, profile: Profile) -> User:
    """Say what `profile` says, tidied; Invalid names the fields that cannot stay."""
    user = of(actor, user_id)
    wrong = profile_rules.problems(profile)
    if wrong:
        raise Invalid.of(wrong, "profile-invalid")
    user.name = profile_rules.one_line(profile.name)
    user.location = profile_rules.one_line(profile.location)
    user.about = profile_rules.lines(profile.about)
    user.links = profile_rules.links(profile.links)
    user.hides_last_seen = profile.hides_last_seen
    db.session().flush()
    return user


def show_picture(actor: Actor, user_id: int, data: bytes, storage: Storage) -> User:
    """Show the middle of an uploaded picture, made anew; Invalid when it is none.

    The picture before stays in the storage until `sweep_pictures`: pages kept elsewhere may still show it.
    """
    user = of(actor, user_id)
    try:
        picture = images.square_avatar(data)
    except Invalid as refusal:
        raise Invalid(refusal.code, refusal.message, field="picture") from refusal
    user.avatar_key = storage.put_content(picture.data, picture.extension)
    db.session().flush()
    return user


def show_generated(actor: Actor, user_id: int) -> User:
    """Show the picture drawn from the name again."""
    user = of(actor, user_id)
    user.avatar_key = None
    db.session().flush()
    return user
