"""Experiments: which variant of a page a visitor sees, and which of them serves its goal better.

Owns experiments, the draw, the answer to pages and servers that ask for a variant, and the estimate. Remembers no
visitor: a variant follows from the visitor's id of the day, and who saw it is an event like any other.
"""
