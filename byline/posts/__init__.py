"""Posts: writing, saving, publishing, addresses, tags, revisions and pictures. It knows nothing of comments."""
