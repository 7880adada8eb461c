"""Likes of posts and comments: who may, how many, and exactly so under any race.

Nobody but the member learns whom they like, apart from the author, who is told. Counts are public. Owns neither
bookmarks nor lists (`byline.lists`), nor how the author is told (`byline.notifications`).
"""
