"""Collecting: a request of a measured page becomes one line in this process's spool, free of address and user agent.

Owns the beacon, the spool's files, what is known from a request's headers, and visitors' ids. Does not own what
becomes of a line: `store` reads them.
"""
