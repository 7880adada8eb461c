"""Finding posts, people and tags by their words.

It owns the index: words of listed posts, of members and of tags, changed in the transaction that changes those. It
keeps nothing that a rebuild (`byline reindex`) could not make again, and decides nothing about who may read what.
"""
