"""Pages: what readers see, composed of every room: lists, posts, profiles, archive, feeds, sitemap.

It reads everything and writes nothing. `views`, `reading`, `archive`, `feeds` and `sitemap` answer requests; `listing`
and `pieces` keep what is the same for every reader; `seo` says to machines what a page is.
"""
