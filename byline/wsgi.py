"""What a web server runs: `byline.wsgi:app`. Settings come from the environment."""

from __future__ import annotations

from byline.app import create_app
from byline.kernel import logs, settings, supervision

_settings = settings.Settings.load()
logs.start()
supervision.leave_interrupts_to_supervisor()
supervision.end_with_supervisor()
app = create_app(_settings, secret_key=settings.secret_key(_settings))
