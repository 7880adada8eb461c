"""Kinds and paces of mail in words."""

from __future__ import annotations

from collections.abc import Mapping

from byline.notifications.models import Kind, Pace

KINDS: Mapping[Kind, tuple[str, str]] = {
    Kind.REPLY: ("Replies", "Somebody answers a comment of yours."),
    Kind.MENTION: ("Mentions", "Somebody calls you by name in a post or a comment."),
    Kind.COMMENT: ("Comments", "Somebody comments on a post of yours."),
    Kind.LIKE: ("Likes", "Somebody likes a post or a comment of yours."),
    Kind.FOLLOW: ("Followers", "Somebody follows you."),
    Kind.MESSAGE: ("Messages", "Somebody writes to you."),
    Kind.DECISION: ("Moderation", "A comment or a post of yours was approved, hidden or brought back."),
    Kind.POSTS: ("Posts of the week", "What those whom you follow have published."),
}

PACES: Mapping[Pace, str] = {
    Pace.AT_ONCE: "At once",
    Pace.DAILY: "Once a day",
    Pace.WEEKLY: "Once a week",
    Pace.NEVER: "Never",
}

SCOPES: Mapping[str, str] = {
    Kind.REPLY: "replies to your comments",
    Kind.MENTION: "mentions of your name",
    Kind.COMMENT: "comments on your posts",
    Kind.LIKE: "likes",
    Kind.FOLLOW: "new followers",
    Kind.MESSAGE: "messages",
    Kind.DECISION: "what moderators decide",
    Kind.POSTS: "the posts of the week",
    Pace.DAILY: "the news of the day",
    Pace.WEEKLY: "the news of the week",
}
"""What a link stops, after “mail about”."""
