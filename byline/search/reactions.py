"""The index follows what happens to posts and members, in the transaction in which it happens."""

from __future__ import annotations

from byline.accounts.messages import MemberDescribed
from byline.posts.messages import PostDeleted, PostHidden, PostPublished, PostSaved, PostsRelisted
from byline.search import index


def look_again(event: PostSaved | PostPublished | PostHidden) -> None:
    """Keep the post's words if lists show it, and forget them if not."""
    index.bring_posts([event.post_id])


def look_at_all(event: PostsRelisted) -> None:
    """The same for several posts."""
    index.bring_posts(event.post_ids)


def forget(event: PostDeleted) -> None:
    """Forget the post's words; the database has done so already where its row went."""
    index.forget_posts([event.post_id])


def describe(event: MemberDescribed) -> None:
    """Keep what a member is called and says. Whether others see them is asked when somebody searches."""
    index.bring_members([event.user_id])
