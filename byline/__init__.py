"""Byline: a self-hosted home for many writers and their readers."""

__version__ = "0.1.0"
