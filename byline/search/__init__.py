"""Finding posts, people and tags by their words."""
