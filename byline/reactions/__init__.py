"""Likes of posts and comments."""
