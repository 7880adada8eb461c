"""Pages about sites and their readers: what is measured, dashboards, sharing, and authors' own numbers.

Owns no numbers: those are in `byline.analytics`, which knows members only by number. Here they get their names.
"""
