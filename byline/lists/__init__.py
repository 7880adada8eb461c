"""What readers keep: private bookmarks, and reading lists an author can publish."""
