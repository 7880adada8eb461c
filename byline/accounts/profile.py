"""Changes of a profile: words and picture. The member's own form and an administrator's use the same functions."""

from __future__ import annotations

from sqlalchemy import select

from byline.accounts import audit, profile_rules
from byline.accounts.leaving_messages import ForgetPicture
from byline.accounts.messages import MemberDescribed
from byline.accounts.models import User
from byline.accounts.profile_rules import Profile
from byline.kernel import bus, db, images, tidy
from byline.kernel.access import Actor
from byline.kernel.errors import Invalid, NotAllowed, NotFound
from byline.kernel.images import Picture
from byline.kernel.settings import Settings
from byline.kernel.storage import Storage
from byline.kernel.storage import key_for as picture_key


def of(actor: Actor, user_id: int) -> User:
    """The member whose profile `actor` may change: their own, or anybody's for an administrator.

    NotFound when there is no such member, NotAllowed when it is somebody else's.
    """
    member = db.session().get(User, user_id)
    if member is None:
        raise NotFound("member-unknown", "There is no such member.")
    if actor.id != user_id and not actor.is_administrator:
        raise NotAllowed("not-your-profile", "You can only change your own profile.")
    return member


def change(actor: Actor, user_id: int, profile: Profile) -> User:
    """Say what `profile` says, tidied; Invalid names the fields that cannot stay."""
    member = of(actor, user_id)
    wrong = profile_rules.problems(profile)
    if wrong:
        raise Invalid.of(wrong, "profile-invalid")
    member.name = tidy.one_line(profile.name)
    member.location = tidy.one_line(profile.location)
    member.about = tidy.lines(profile.about)
    member.links = profile_rules.links(profile.links)
    member.hides_last_seen = profile.hides_last_seen
    _note(actor, "profile.changed", member)
    db.session().flush()
    bus.publish(MemberDescribed(member.id))
    return member


def show_picture(actor: Actor, user_id: int, picture: Picture, storage: Storage) -> User:
    """Show an uploaded picture, which `square` made; the file of the one before is removed later."""
    member = of(actor, user_id)
    key = f"avatars/{picture_key(picture.data, picture.extension)}"
    storage.put(key, picture.data)
    _replace_picture(actor, member, key)
    return member


def square(data: bytes) -> Picture:
    """The middle of an uploaded picture, made anew; Invalid for field `picture` when it is none.

    Costs up to a second of processor time, so no transaction should be open.
    """
    try:
        return images.square_avatar(data)
    except Invalid as refusal:
        raise Invalid(refusal.code, refusal.message, field="picture") from refusal


def show_generated(actor: Actor, user_id: int) -> User:
    """Show the picture drawn from the name again."""
    member = of(actor, user_id)
    _replace_picture(actor, member, None)
    return member


def _replace_picture(actor: Actor, member: User, key: str | None) -> None:
    if member.avatar_key == key:
        return
    if member.avatar_key:
        bus.enqueue(ForgetPicture(member.avatar_key))
    member.avatar_key = key
    _note(actor, "profile.picture", member)
    db.session().flush()


def forget_picture(task: ForgetPicture, settings: Settings) -> None:
    """Remove a picture's file once no member shows it. Safe to run twice."""
    if db.session().scalar(select(User.id).where(User.avatar_key == task.key).limit(1)) is None:
        Storage(settings.media_folder).delete(task.key)


def _note(actor: Actor, act: str, member: User) -> None:
    if actor.id != member.id:
        audit.note(actor, act, f"@{member.username}")
