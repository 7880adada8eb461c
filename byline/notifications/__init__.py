"""Telling members what concerns them: on the site and by mail.

Owns who was told what and when, who wants which mail how often, and the letters. Whether the thing still stands (a
like, a follow, a comment that everyone may read) is asked of the rooms it belongs to each time it is shown.
"""
