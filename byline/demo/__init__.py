"""A living site for newcomers: people, posts and pictures, made by `byline demo` through the doors that members use.

The people are in `people.toml`, the posts under `content/` as Markdown that the importer reads. It knows every room of
the community and no page.
"""
