"""The worker's part in taking one's data along: posts and pictures go into the file of the account."""

from __future__ import annotations

from byline.accounts import exports
from byline.accounts.leaving_messages import PackExport
from byline.kernel.settings import Settings


def pack_export(task: PackExport, settings: Settings) -> None:
    """Pack a member's posts, pictures and account. Safe to run twice."""
    # Reading and writing of archives is a large import that only this job of the worker needs.
    from byline.posts.interchange import archive

    exports.pack(task, settings, archive.write)
