"""The factory: settings in, a Flask application out. It puts rooms together and touches neither disk nor network."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from functools import partial

from flask import Flask, has_request_context
from werkzeug.local import LocalProxy
from werkzeug.middleware.proxy_fix import ProxyFix

from byline import hooks, wiring
from byline.accounts import security
from byline.analytics import store
from byline.analytics.collect import beacon
from byline.analytics.experiments import front as experiments
from byline.analytics.experiments.watching import Known
from byline.analytics.sites.watching import Directory
from byline.analytics.store.salts import KeptSalts
from byline.kernel import bus, clock, db, site
from byline.kernel.access import Permission
from byline.kernel.db import Database
from byline.kernel.settings import Settings
from byline.kernel.watch import Watch
from byline.statistics import variants
from byline.web import accent, assets, bar, context, csrf, errors, measuring, pagecache, session_cookie, throttle
from byline.web.application import Application
from byline.web.frame import Frames
from byline.web.icons import icon

LARGEST_FORM_BYTES = 4 * 1024 * 1024


def create_app(settings: Settings, *, secret_key: str, database: Database | None = None) -> Flask:
    """An application for `settings`. The same settings give the same application; nothing is shared but the code."""
    app = Application("byline", static_folder=None, template_folder="web/templates")
    app.config.update(_flask_config(settings, secret_key))
    app.extensions["byline.settings"] = settings
    app.extensions["byline.database"] = database or Database(settings.database_address)
    app.extensions[store.EXTENSION] = store.create(settings)
    app.extensions["byline.watch"] = Watch(context.database_of(app))
    site.declare(context.database_of(app), settings, context.watch_of(app))
    app.extensions["byline.checks"] = wiring.CHECKS
    app.extensions["byline.portions"] = wiring.PORTIONS
    app.extensions["byline.comment_deeds"] = wiring.COMMENT_DEEDS
    app.extensions["byline.post_tallies"] = wiring.POST_TALLIES
    app.session_interface = session_cookie.SessionCookie(app)
    csrf.init_app(app)
    bar.init_app(app, wiring.BAR)
    throttle.init_app(app)
    errors.init_app(app)
    security.init_app(app)
    hooks.init_app(app)
    for blueprint in wiring.BLUEPRINTS:
        app.register_blueprint(blueprint)
    bus.wire(wiring.REACTIONS, wiring.JOBS)
    app.shell_context_processor(partial(_for_shell, app))
    _prepare_templates(app)
    _stack_middleware(app, settings)
    return app


def _flask_config(settings: Settings, secret_key: str) -> dict[str, object]:
    return {
        "SECRET_KEY": secret_key,
        "SECRET_KEY_FALLBACKS": list(settings.former_secret_keys),
        "SESSION_COOKIE_SECURE": settings.is_secure,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_REFRESH_EACH_REQUEST": False,
        "PERMANENT_SESSION_LIFETIME": timedelta(days=30),
        "MAX_CONTENT_LENGTH": LARGEST_FORM_BYTES,
        "MAX_FORM_MEMORY_SIZE": LARGEST_FORM_BYTES,
        "MAX_FORM_PARTS": 200,
        "PREFERRED_URL_SCHEME": settings.url.split(":", 1)[0],
        "TRAP_HTTP_EXCEPTIONS": False,
    }


def _prepare_templates(app: Application) -> None:
    site_here = LocalProxy(lambda: site.of(context.database_of(app)))
    app.jinja_env.globals.update(Permission=Permission, site=site_here, variant=variants.variant)
    # Filters of constants are worked out when a template is compiled; calls would be made for every page.
    app.jinja_env.filters.update(icon=icon, asset=assets.address)
    app.jinja_env.filters.update(accent_sheet=accent.address, accent_by_day=accent.by_day)
    app.known_to_templates = partial(_who_and_where, Frames(app))


def _who_and_where(frames: Frames) -> Mapping[str, object]:
    if not has_request_context():
        return {}  # Mail is written by the worker too, for nobody in particular.
    here = context.current()
    # Looked up once for a page, where the name that every template knows is looked up at each use.
    looked_up = site.of(here.database)
    known = {"site": looked_up, "frame": frames.of(looked_up)}
    return {**known, "ctx": here, "actor": here.actor, "is_measured": measuring.here()}


def _for_shell(app: Flask) -> dict[str, object]:
    """What `flask --app byline.wsgi shell` knows by name: every table's class, and a session that only reads.

    One that writes would keep everybody else from writing on SQLite until it is settled. Changes are made in
    `with database.unit_of_work():`.
    """
    database = context.database_of(app)
    tables = {mapper.class_.__name__: mapper.class_ for mapper in db.Base.registry.mappers}
    named = {"app": app, "db": db, "database": database, "session": database.open(write=False), "clock": clock}
    return {**tables, **named, "Permission": Permission, "site": site}


def _stack_middleware(app: Flask, settings: Settings) -> None:
    cache = pagecache.PageCache(app.wsgi_app, context.watch_of(app))
    app.extensions["byline.page_cache"] = cache
    app.wsgi_app = cache  # type: ignore[method-assign]
    if settings.trusted_proxies:
        hops = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    directory = Directory(context.database_of(app), context.watch_of(app))
    answers = experiments.Front(app.wsgi_app, Known(context.database_of(app), context.watch_of(app)))
    front = beacon.in_front_of(answers, settings, directory, KeptSalts(store.of(app).database))
    app.extensions["byline.beacon"] = front
    app.extensions[variants.EXTENSION] = answers.attach(front)
    app.wsgi_app = front  # type: ignore[method-assign]
