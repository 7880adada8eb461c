"""Taking numbers out: every report and every single event, as CSV or JSON, in pieces that need no room.

Owns the formats. Who may have them is decided by whoever calls.
"""
