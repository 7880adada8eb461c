"""Moderation: reports, one queue of what is to be looked at, decisions and their log, answers to them.

It decides; what a decision means for a post, a comment, a message or an account is done by the room that owns it.
"""
