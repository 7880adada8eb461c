"""What Alembic runs: inside the connection and transaction that `byline.migrations` opened."""

from __future__ import annotations

from alembic import context
from sqlalchemy import text

import byline.accounts.models
import byline.analytics.experiments.models
import byline.analytics.importing.models
import byline.analytics.report.models
import byline.analytics.sites.models
import byline.analytics.store.import_tables
import byline.comments.models
import byline.conversations.models
import byline.kernel.bus
import byline.kernel.site_rows
import byline.kernel.state
import byline.lists.models
import byline.moderation.models
import byline.notifications.models
import byline.posts.models
import byline.reactions.models
import byline.search.models
import byline.social.models
import byline.timeline.models  # noqa: F401  (imported so that the metadata is whole)
from byline import migrations
from byline.analytics.store import tables
from byline.kernel.db import Base

connection = context.config.attributes["connection"]
line, schema = context.config.attributes["line"], context.config.attributes["schema"]
if connection.dialect.name == "postgresql":
    connection.execute(text("SELECT pg_advisory_xact_lock(6207193)"))
    if schema:
        connection.execute(text(f'CREATE SCHEMA IF NOT EXISTS "{schema}"'))
context.configure(
    connection=connection,
    target_metadata=tables.metadata if line == migrations.STORE else Base.metadata,
    version_table=line.table,
    render_as_batch=True,
    compare_type=True,
    transaction_per_migration=False,
    user_module_prefix="db.",
)
context.run_migrations()
