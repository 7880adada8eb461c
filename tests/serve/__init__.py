"""`byline serve` from outside: how it starts, heals and ends."""
