"""What the worker does for posts. Each job may run twice."""

from __future__ import annotations

from byline.kernel.settings import Settings
from byline.posts import service
from byline.posts.messages import EmptyBin, PublishDue


def publish_due(task: PublishDue, _settings: Settings) -> None:
    """Publish a scheduled post whose moment has come; one that was moved or taken back is left alone."""
    service.publish_due(task.post_id)


def empty_bin(_task: EmptyBin, _settings: Settings) -> None:
    """Remove what has been in the bin for too long."""
    service.empty_bin()
