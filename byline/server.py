"""Running the site: `serve` prepares the database and keeps web and worker alive; `work` and `migrate` do one part."""

from __future__ import annotations

import gc
import os
import signal
import socket
from dataclasses import dataclass
from urllib.parse import urlsplit

import click
from sqlalchemy.exc import SQLAlchemyError

from byline.kernel import checks, commits, logs, serving, settings, supervision
from byline.kernel.db import Database
from byline.kernel.settings import Settings

THREADS = 6
"""For each web process. They share one interpreter: with sixteen, a member's page costs half as much again."""


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(0, 65535), help="Port to listen on.")
@click.option("--workers", type=click.IntRange(1, 64), help="Web processes; BYLINE_WORKERS by default.")
def serve(host: str, port: int, workers: int | None) -> None:
    """Prepare the database, then run web and worker until Ctrl-C."""
    _refuse_taken(host, port)
    chosen = _settings_for(host, port)
    _load()
    settings.secret_key(chosen)
    ready = prepare(chosen)
    os.environ[supervision.VARIABLE] = str(os.getpid())
    with supervision.kept_alive(_work, "byline worker"):
        _greet(chosen, ready)
        _run_web(host, port, workers or chosen.workers)


def _load() -> None:
    """Load what web and worker run: where they are forked from this process, they begin with it and share it."""
    # Nothing that is loaded is garbage; and looking at it later would give each process a copy of its own.
    gc.disable()
    import byline.worker  # noqa: F401  (loaded to be there)

    gc.freeze()
    gc.enable()
    commits.share()


def _refuse_taken(host: str, port: int) -> None:
    """End with a sentence when something listens there already: the web processes would only say so one by one."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind((host, port))
        except OSError as error:
            raise click.ClickException(f"Byline cannot listen on {host}:{port}: {error.strerror}.") from error


def _settings_for(host: str, port: int) -> Settings:
    """The settings; without a public address, links lead to where the site listens, here and in every child."""
    if not os.environ.get("BYLINE_URL"):
        shown = "127.0.0.1" if host in ("0.0.0.0", "::", "") else host  # noqa: S104  (compared, not bound)
        os.environ["BYLINE_URL"] = f"http://[{shown}]:{port}" if ":" in shown else f"http://{shown}:{port}"
    return Settings.load()


def _run_web(host: str, port: int, workers: int) -> None:
    from granian.constants import Interfaces
    from granian.log import LogLevels
    from granian.server import Server

    def make() -> serving.WebServer:
        return Server(
            "byline.wsgi:app",
            address=host,
            port=port,
            interface=Interfaces.WSGI,
            workers=workers,
            blocking_threads=THREADS,
            workers_kill_timeout=15,
            respawn_failed_workers=True,
            backpressure=256,
            log_level=LogLevels.warning,
            log_access=False,
        )

    serving.brought_back(make)


def _greet(chosen: Settings, ready: Prepared) -> None:
    click.echo(f"{ready.name} is open at {chosen.url}  (Ctrl-C stops it)")
    if ready.first_link:
        click.echo(f"No administrator yet. This link makes you the first one, once:\n  {ready.first_link}")
    if not chosen.mail_url:
        click.echo(f"No mail server is set: messages are kept in {chosen.outbox_folder}")
    if urlsplit(chosen.url).scheme == "http" and urlsplit(chosen.url).hostname not in ("127.0.0.1", "localhost", "::1"):
        click.echo("Warning: BYLINE_URL is not https, so passwords and cookies travel in the clear.", err=True)


@dataclass(frozen=True, slots=True)
class Prepared:
    """What a start has to say: the site's name, and the first administrator's link while there is none."""

    name: str
    first_link: str | None


def prepare(chosen: Settings) -> Prepared:
    """Bring the schema up to date and seed the roles; answer what the start has to say."""
    from byline.accounts import first_start
    from byline.analytics.sites import service as sites
    from byline.kernel import site

    settings.data_folder(chosen)
    database = Database(chosen.database_address)
    try:
        bring_up_to_date(chosen, database)
        site.declare(database, chosen)
        with database.unit_of_work():
            first_start.appoint(chosen)
            sites.follow_address(chosen.url)
            return Prepared(site.of(database).name, first_start.new_link(chosen))
    finally:
        database.dispose()


def make_ready(chosen: Settings, database: Database) -> None:
    """Prepare the database for a command of a room, and let its events reach those who react."""
    from byline import wiring
    from byline.kernel import bus

    bring_up_to_date(chosen, database)
    bus.wire(wiring.REACTIONS, wiring.JOBS)


def bring_up_to_date(chosen: Settings, database: Database) -> None:
    """Bring both schemas up to date and seed the roles; a ClickException with a sentence when the database is away."""
    from byline import migrations
    from byline.accounts import roles

    try:
        database.ping()
    except SQLAlchemyError as error:
        shown = database.url.render_as_string(hide_password=True)
        raise click.ClickException(f"Byline cannot reach its database {shown}: {checks.cause(error)}") from error
    if migrations.current(database) != migrations.head():
        migrations.upgrade(database)
    _bring_store_up_to_date(chosen)
    with database.unit_of_work():
        roles.seed()


def _bring_store_up_to_date(chosen: Settings) -> None:
    from byline import migrations
    from byline.analytics.store import embedded

    database = embedded.database_of(chosen)
    try:
        if migrations.current(database, migrations.STORE) != migrations.head(migrations.STORE):
            migrations.upgrade(database, line=migrations.STORE)
    except SQLAlchemyError as error:
        shown = database.url.render_as_string(hide_password=True)
        raise click.ClickException(
            f"Byline cannot use the analytics' database {shown}: {checks.cause(error)}"
        ) from error
    finally:
        database.dispose()


@click.command()
def work() -> None:
    """Run due and periodic tasks until stopped."""
    _work()


def _work() -> None:
    from byline.app import create_app
    from byline.worker import Worker

    logs.start()
    chosen = Settings.load()
    worker = Worker(create_app(chosen, secret_key=settings.secret_key(chosen)))
    supervision.end_with_supervisor(lambda: os.kill(os.getpid(), signal.SIGTERM))
    worker.run()


@click.command()
def migrate() -> None:
    """Bring the database's schema up to date and seed the roles."""
    prepare(Settings.load())
    click.echo("The database is up to date.")
