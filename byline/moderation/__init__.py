"""Reports and what moderators do about them, all of it on record."""
