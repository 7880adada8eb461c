"""A member's own posts and pictures as a ZIP archive, for them to take along."""

from __future__ import annotations

import zipfile
from typing import IO

from sqlalchemy import select

from byline.kernel import db
from byline.kernel.storage import Storage
from byline.posts.interchange import exporting, gathering
from byline.posts.interchange.exporting import Written
from byline.posts.interchange.targets import ZipTarget
from byline.posts.models import Media, Post, PostAuthor
from byline.web import context

_ABOUT = """\
These are your posts as Markdown, one file each, and every picture you sent.

posts/      your posts and those you wrote with others, drafts too; pictures lie beside the post that shows them
bin/        what you deleted and has not been removed yet
pictures/   every picture you sent, also those that no post shows

Beside them lie account.json, which holds what the site keeps about you, and your profile picture if you sent one.

The front matter at the top of each file is TOML. `byline import markdown` reads it, and so do Zola and Hugo.
"""


def write(user_id: int, file: IO[bytes], storage: Storage | None = None) -> None:
    """Write the archive of a member into `file`, from its present position. Reads only; needs a unit of work.

    Holds everything the member wrote, whatever its state, and nobody else's text but that of shared posts.
    """
    kept = storage or Storage(context.settings_of().media_folder)
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        target, written = ZipTarget(archive), Written()
        target.put("README.txt", _ABOUT.encode())
        theirs = Post.id.in_(select(PostAuthor.post_id).where(PostAuthor.user_id == user_id))
        for found in gathering.posts(theirs):
            below = "posts/" if found.post.deleted_at is None else "bin/"
            exporting.write_post(target, kept, found, written, below=below)
        for key in db.session().scalars(select(Media.key).where(Media.owner_id == user_id).order_by(Media.id)):
            if kept.exists(key):
                target.put(f"pictures/{exporting.name_of(key)}", kept.get(key))
