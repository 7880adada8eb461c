"""Posts: writing, saving, publishing, addresses, tags, revisions and pictures. It knows nothing of comments.

`service` is the one door for every change, `queries` read with visibility built in, `rules` decide. `desk` and the
view modules are the writer's pages; how readers see a post is the room `pages`. `interchange` brings posts in and out.
"""
