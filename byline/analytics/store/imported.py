"""What an import of lines brought: each line is counted once, whichever file it comes in and whatever was cut short.

A line's digest is written down before its hit is counted, with the number of its batch; counting moves the import's
position to that number, in one transaction of `take`. So whatever stands behind the position was never counted, and
`settle` forgets it.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping
from itertools import batched as _batched  # type: ignore[attr-defined,unused-ignore]

from sqlalchemy import ColumnElement, Connection, and_, delete, func, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from byline.analytics.store.import_tables import ALL, import_days, import_lines, import_refusals, import_salts
from byline.analytics.store.tables import daily, refusals, spool_positions
from byline.kernel import clock
from byline.kernel.db import Database
