"""Pictures of members: the uploaded one or one drawn from the name, without a cookie and without asking who looks."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Response, make_response, request
from sqlalchemy import select

from byline.accounts.blueprint import blueprint
from byline.accounts.models import FormerName, User
from byline.kernel import db, images
from byline.kernel.errors import NotFound
from byline.kernel.images import Picture
from byline.kernel.storage import Storage
from byline.web import context, headers


@dataclass(frozen=True, slots=True)
class Face:
    """What the picture depends on."""

    username_key: str
    shown_name: str
    avatar_key: str | None
    version: str
    is_hidden: bool


@blueprint.get("/avatar/<name>")
def avatar(name: str) -> Response:
    """The picture of the member with this name: blank for one who is leaving, and for nobody, then with status 404.

    With the version the pages ask for (`v=`) it may be kept for ever, otherwise for five minutes.
    """
    with context.database_of().unit_of_work(write=False):
        face = _face(name.casefold()) if name.isprintable() and len(name) <= 64 else None
    if face is None:
        return _sent(_drawn("", ""), "blank", 404)
    if face.is_hidden:
        response = _sent(_drawn(face.username_key, ""), "hidden")
        # Under the same address the real face may be back in a minute.
        response.headers["Cache-Control"] = "no-store"
        return response
    response = _sent(_stored(face) or _drawn(face.username_key, initials(face.shown_name)), face.version)
    if request.args.get("v") == face.version:
        response.headers["Cache-Control"] = headers.FOREVER
    return response


def initials(name: str) -> str:
    """The first letters of the first and the last word; of one word only the first."""
    words = [word for word in name.replace("-", " ").replace("_", " ").replace(".", " ").split() if word[0].isalnum()]
    return "".join(word[0] for word in (words[:1] + words[1:][-1:]))


def _face(username_key: str) -> Face | None:
    member = db.session().scalar(select(User).where(User.username_key == username_key))
    if member is None:
        former = select(User).join(FormerName, FormerName.user_id == User.id)
        member = db.session().scalar(former.where(FormerName.username_key == username_key))
    if member is None:
        return None
    is_hidden = member.deletion_asked_at is not None
    return Face(member.username_key, member.shown_name, member.avatar_key, member.avatar_version, is_hidden)


def _stored(face: Face) -> Picture | None:
    if face.avatar_key is None:
        return None
    try:
        data = Storage(context.settings_of().media_folder).get(face.avatar_key)
    except NotFound:
        # A backup may come back without its pictures; a face is better than a hole.
        return None
    extension = face.avatar_key.rsplit(".", 1)[1]
    return Picture(data, extension, images.content_type(extension), 0, 0)


def _drawn(seed: str, letters: str) -> Picture:
    drawing = images.generated_avatar(seed, letters).encode()
    return Picture(drawing, "svg", "image/svg+xml; charset=utf-8", 256, 256)


def _sent(picture: Picture, version: str, status: int = 200) -> Response:
    response = make_response(picture.data, status)
    response.content_type = picture.content_type
    response.headers["Cache-Control"] = headers.BRIEFLY
    response.headers["Content-Security-Policy"] = headers.SHUT_IN
    if status == 200:
        response.set_etag(f"{version}-{picture.extension}")
        response.make_conditional(request)
    return response
