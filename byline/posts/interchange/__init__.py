"""Posts in and out: folders of Markdown with front matter are read and written, a member's own archive is packed.

Reading a folder (`front_matter`, `reading`, `author_names`, `addresses`, `linking`, `planning`) touches no database;
`importing` brings a plan in through the doors of posts and accounts. It knows nothing of comments.
"""
