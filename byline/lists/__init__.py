"""What readers keep: private bookmarks, and reading lists that their owner may publish.

Owns which post stands where and what its keeper says about it. Owns neither the posts nor the pages that show them
with their authors (`byline.pages`).
"""
