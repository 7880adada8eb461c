"""Pictures over HTTP: sending one, looking at one's own, and showing one to everybody."""

from __future__ import annotations

from flask import (
    Blueprint,
    Response,
    flash,
    jsonify,
    make_response,
    redirect,
    render_template,
    request,
    send_file,
    url_for,
)
from flask_wtf.file import FileField
from werkzeug.wrappers import Response as AnyResponse
from wtforms import StringField

from byline.kernel import db, images
from byline.kernel.access import Permission
from byline.kernel.errors import DomainError, NotFound
from byline.kernel.storage import Storage
from byline.posts import media
from byline.posts.models import Media
from byline.web import bodies, context, errors, forms, guards, headers, paging, throttle
from byline.web.forms import Form

blueprint = Blueprint("media", __name__, template_folder="templates")

LARGEST_BODY_BYTES = images.MAX_BYTES + 256 * 1024
"""A picture and the form around it."""
UPLOADS = "60 per minute; 600 per hour"


class PictureForm(Form):
    """One picture and what it shows."""

    file = FileField("Picture", description=f"{images.ACCEPTED}, at most {images.MAX_BYTES // 1024**2} MB")
    alt = StringField("Description", description="What it shows, for readers who cannot see it")


@blueprint.get("/media")
@guards.requires(Permission.WRITE)
def mine() -> str:
    """The member's own pictures, each with the Markdown that shows it."""
    return _page(PictureForm())


@blueprint.post("/media")
@throttle.limit(UPLOADS)
@bodies.takes(LARGEST_BODY_BYTES)
@guards.requires(Permission.WRITE)
def upload() -> AnyResponse | tuple[str, int]:
    """Take one picture; a program gets its address and size, a person their pictures."""
    form = PictureForm()
    try:
        kept = _keep(form)
    except DomainError as refusal:
        if errors.wants_json():
            raise
        form.refuse(refusal)
        return _page(form), refusal.status
    if errors.wants_json():
        return make_response(jsonify(_described(kept)), 201)
    flash("The picture is kept. Copy its line into your text.", "success")
    return redirect(url_for("media.mine"), 303)


@blueprint.get("/media/<path:key>")
def show(key: str) -> Response:
    """A picture, for everybody and for ever: its address is the digest of what it holds."""
    path = storage().path(key)
    if not path.is_file():
        raise NotFound("file-unknown", "This picture is not here.")
    kind = images.content_type(path.suffix.removeprefix("."))
    response = send_file(path, mimetype=kind, conditional=True, etag=path.stem)
    response.headers["Cache-Control"] = headers.FOREVER
    response.headers["Content-Security-Policy"] = headers.SHUT_IN
    return response


def storage() -> Storage:
    """Where this site keeps its pictures."""
    return Storage(context.current().settings.media_folder)


def _keep(form: PictureForm) -> Media:
    data = forms.picture_in(form.file)
    db.let_others_write()
    return media.upload(context.current().actor, data, storage(), alt=form.alt.data or "")


def _described(kept: Media) -> dict[str, object]:
    return {
        "url": media.address(kept.key),
        "width": kept.width,
        "height": kept.height,
        "markdown": media.markdown(kept),
    }


def _page(form: PictureForm) -> str:
    pictures = media.of_member(context.current().actor, paging.cursor_from(request.args))
    shown = [(picture, media.address(picture.key), media.markdown(picture)) for picture in pictures.items]
    return render_template("media/mine.html", form=form, page=pictures, shown=shown)
