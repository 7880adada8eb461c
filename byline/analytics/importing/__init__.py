"""Bringing numbers in: lines of web servers' access logs, and what other tools of analytics export.

Owns reading and recognising them, the list of a site's imports, and undoing one. A line becomes a hit like the
beacon's and is counted by the store; sums of other tools go into the store's sums. Both are marked with the import's
number.
"""
