"""What an export and an import tell the rooms above, so that what is theirs goes along with the posts.

Both are told inside a unit of work, which whoever hears of it may read or write in.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from byline.kernel.storage import Storage

if TYPE_CHECKING:
    from byline.posts.interchange.exporting import Target, Written
    from byline.posts.interchange.folder import Folder
    from byline.posts.interchange.outcome import Outcome


@dataclass(frozen=True, slots=True)
class SiteWritten:
    """Every post and every author has been written; what else belongs to the site may be put beside them."""

    target: Target
    storage: Storage
    written: Written


@dataclass(frozen=True, slots=True)
class FolderBroughtIn:
    """The posts and authors of a folder have come in; what else stands there may be brought in as well."""

    folder: Folder
    storage: Storage
    outcome: Outcome
    overwrite: bool
