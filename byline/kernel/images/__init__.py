"""Pictures: what a member hands in is looked at, cleaned and made anew before anybody else sees it.

`open_upload` answers a picture without metadata, upright, at most 2,560 pixels wide, whatever the file was called.
Drawings (SVG) are rebuilt from an allowlist. Storing is `kernel.storage`'s work, owning is `posts.media`'s.
"""

from byline.kernel.images.avatars import generated_avatar, square_avatar
from byline.kernel.images.picture import ACCEPTED, MAX_BYTES, MAX_PIXELS, MAX_WIDTH, Picture, content_type
from byline.kernel.images.uploads import open_small, open_upload

__all__ = [
    "ACCEPTED",
    "MAX_BYTES",
    "MAX_PIXELS",
    "MAX_WIDTH",
    "Picture",
    "content_type",
    "generated_avatar",
    "open_small",
    "open_upload",
    "square_avatar",
]
