"""Text: Markdown becomes HTML that is safe to show, titles become addresses, two versions become a comparison.

Owns the Markdown that Byline knows (docs/writing.md tells it to authors), the list of what HTML may hold, and the
limits that keep a hostile text cheap. Owns neither pictures (`kernel.images`) nor where texts are kept.
"""

from byline.kernel.text.limits import MAX_CHARACTERS
from byline.kernel.text.mentions import FindMembers
from byline.kernel.text.rendered import FindSize, Heading, ImageSize, Rendered
from byline.kernel.text.rendering import mentioned, render, render_comment
from byline.kernel.text.slugs import slugify
from byline.kernel.text.words import plain

__all__ = [
    "MAX_CHARACTERS",
    "FindMembers",
    "FindSize",
    "Heading",
    "ImageSize",
    "Rendered",
    "mentioned",
    "plain",
    "render",
    "render_comment",
    "slugify",
]
