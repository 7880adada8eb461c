"""Keeping pictures: who may, what is refused, and what a text learns about them."""

from __future__ import annotations

import errno
import io
import os
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from byline.kernel import images, text
from byline.kernel.access import ANONYMOUS, SYSTEM, Actor, Permission
from byline.kernel.errors import DomainError, Invalid, NotAllowed, NotAuthenticated, Unavailable
from byline.kernel.storage import Storage
from byline.posts import media
from byline.posts.models import Media
from tests.factories import MakeUser


def png(colour: str = "#b3261e", size: tuple[int, int] = (60, 40)) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, colour).save(out, "PNG")
    return out.getvalue()


@pytest.fixture
def storage(tmp_path: Path) -> Storage:
    return Storage(tmp_path / "media")


@pytest.fixture
def ada(make_user: MakeUser) -> Actor:
    return make_user("ada").actor


@pytest.fixture
def grace(make_user: MakeUser) -> Actor:
    return make_user("grace").actor


@pytest.mark.parametrize(
    ("actor", "refusal"),
    [
        (ANONYMOUS, NotAuthenticated),
        (Actor(id=1, username="reader", permissions=Permission.COMMENT, confirmed=True), NotAllowed),
        (Actor(id=1, username="newcomer", permissions=Permission.WRITE, confirmed=False), NotAllowed),
    ],
)
def test_only_confirmed_writers_send_pictures(
    actor: Actor, refusal: type[DomainError], storage: Storage, unit_of_work: Session
) -> None:
    with pytest.raises(refusal):
        media.upload(actor, png(), storage)

    assert list(storage.keys()) == []


def test_a_member_keeps_no_picture_for_somebody_else(ada: Actor, storage: Storage, unit_of_work: Session) -> None:
    assert ada.id is not None
    with pytest.raises(NotAllowed):
        media.keep(ada, images.open_upload(png()), storage, owner_id=ada.id + 1)


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "empty"),
        (b"GIF89a and then nothing that is a picture", "picture"),
        (b"just words", "picture"),
        (b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>', "script"),
    ],
)
def test_what_is_no_picture_is_refused_beside_the_file(
    data: bytes, sentence: str, ada: Actor, storage: Storage, unit_of_work: Session
) -> None:
    with pytest.raises(Invalid) as refusal:
        media.upload(ada, data, storage)

    assert sentence in refusal.value.fields["file"]
    assert list(storage.keys()) == []


def test_a_description_that_is_too_long_is_refused_beside_its_field(
    ada: Actor, storage: Storage, unit_of_work: Session
) -> None:
    with pytest.raises(Invalid) as refusal:
        media.upload(ada, png(), storage, alt="x" * 501)

    assert "500 characters" in refusal.value.fields["alt"]


def test_a_member_without_room_is_refused(
    ada: Actor, storage: Storage, unit_of_work: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    media.upload(ada, png(), storage)
    monkeypatch.setattr(media, "ROOM_BYTES", 200)

    with pytest.raises(NotAllowed, match="Ask an administrator"):
        media.upload(ada, png("#123456"), storage)

    assert ada.id is not None
    assert media.keep(SYSTEM, images.open_upload(png("#123456")), storage, owner_id=ada.id).owner_id == ada.id


@pytest.mark.parametrize(("reason", "sentence"), [(errno.ENOSPC, "full"), (errno.EROFS, "may not write")])
def test_a_disk_that_takes_nothing_leaves_neither_file_nor_row(
    reason: int, sentence: str, *, ada: Actor, storage: Storage, unit_of_work: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: Any) -> None:
        raise OSError(reason, os.strerror(reason))

    monkeypatch.setattr(os, "replace", refuse)
    with pytest.raises(Unavailable, match=sentence):
        media.upload(ada, png(), storage)

    assert unit_of_work.scalar(select(func.count()).select_from(Media)) == 0
    assert [path for path in storage.root.rglob("*") if path.is_file()] == []


def test_a_picture_is_kept_under_the_digest_of_what_it_holds(
    ada: Actor, storage: Storage, unit_of_work: Session
) -> None:
    kept = media.upload(ada, png(), storage, alt="  A red\n square\0 ")

    assert (kept.width, kept.height, kept.content_type) == (60, 40, "image/png")
    assert kept.alt == "A red square"
    assert storage.get(kept.key)[:4] == b"\x89PNG"
    assert media.key_of(media.address(kept.key)) == kept.key


def test_the_same_picture_again_is_the_same_row_and_keeps_its_description(
    ada: Actor, storage: Storage, unit_of_work: Session
) -> None:
    first = media.upload(ada, png(), storage, alt="Red")
    again = media.upload(ada, png(), storage)

    assert again.id == first.id
    assert again.alt == "Red"
    assert media.upload(ada, png(), storage, alt="A red square").alt == "A red square"


def test_two_members_may_send_the_same_picture(
    ada: Actor, grace: Actor, storage: Storage, unit_of_work: Session
) -> None:
    mine = media.upload(ada, png(), storage)
    theirs = media.upload(grace, png(), storage)

    assert mine.id != theirs.id
    assert mine.key == theirs.key


def test_sizes_of_all_pictures_of_a_text_come_by_one_query(
    ada: Actor, storage: Storage, unit_of_work: Session, queries: Any
) -> None:
    kept = [media.upload(ada, png(size=(10 + number, 5)), storage) for number in range(5)]
    body = "\n\n".join(media.markdown(picture) for picture in kept)

    with queries(1):
        rendered = text.render(body, image_size=media.sizes_for(body))

    assert rendered.html.count('height="5"') == 5
    assert 'width="14"' in rendered.html
    assert rendered.first_image == media.address(kept[0].key)


def test_a_text_without_pictures_asks_nothing(queries: Any, unit_of_work: Session) -> None:
    with queries(0):
        assert media.sizes_for("Words, and /media/elsewhere.png")("/media/elsewhere.png") is None


@pytest.mark.parametrize(
    "address",
    [
        "/media/ab/cd/" + "0" * 64 + ".png/more",
        "/media/../secret_key",
        "https://example.org/media/ab/cd/" + "0" * 64 + ".png",
        "",
    ],
)
def test_only_an_address_of_a_picture_has_a_key(address: str) -> None:
    assert media.key_of(address) is None


def test_a_description_cannot_break_out_of_the_line_for_the_text(
    ada: Actor, storage: Storage, unit_of_work: Session
) -> None:
    kept = media.upload(ada, png(), storage, alt="a](javascript:alert(1)) <b>*x*</b> \\")

    html = text.render(media.markdown(kept)).html

    assert f'<img src="{media.address(kept.key)}" alt="a](javascript:alert(1)) &lt;b&gt;*x*&lt;/b&gt; \\"' in html
