"""Overview, system, audit log and kept mail: pages that only show."""

from __future__ import annotations

from urllib.parse import urlencode

from flask import render_template, request

from byline.accounts import audit, member_queries
from byline.admin import outbox, standing, tasks, undelivered, wording
from byline.admin.blueprint import blueprint
from byline.kernel import checks, tidy
from byline.kernel.access import Permission
from byline.web import context, guards, paging

QUICK_CHECKS = (checks.data_folder, checks.disk_space, checks.signing_key, checks.tasks, checks.public_address)
"""What the overview looks at: the checks that ask nobody over the network. That it opens shows the database answers."""


@blueprint.get("", endpoint="overview")
@guards.requires(Permission.ADMINISTER)
def overview() -> str:
    """How the site stands, and what was done last."""
    here = context.current()
    has_server = bool(here.settings.mail_url)
    looked_at = QUICK_CHECKS if has_server else (*QUICK_CHECKS, checks.mail_server)
    findings = checks.run(looked_at, here.settings, here.database)
    return render_template(
        "admin/overview.html",
        counts=member_queries.counts(),
        writing=standing.writing(),
        reports=standing.reports_waiting(),
        task_counts=tasks.counts(),
        has_server=has_server,
        troubles=[finding for finding in findings if finding.state is not checks.State.WELL],
        entries=audit.latest().items[:5],
        wording=wording,
    )


@blueprint.get("/system")
@guards.requires(Permission.ADMINISTER)
def system() -> str:
    """Versions, settings without secrets, and the checks of `byline doctor`."""
    here = context.current()
    return render_template(
        "admin/system.html",
        findings=checks.run(context.checks_of(), here.settings, here.database),
        facts=standing.facts(here.settings, here.database),
        described=here.settings.described(),
    )


@blueprint.get("/audit")
@guards.requires(Permission.ADMINISTER)
def audit_log() -> str:
    """What administrators did, newest first."""
    names = ("subject", "kind", "by")
    wanted = {name: tidy.one_line(request.args.get(name, "")) for name in names}
    page = audit.latest(paging.cursor_from(request.args), **wanted)
    query = urlencode({name: value for name, value in wanted.items() if value})
    return render_template("admin/audit.html", page=page, wanted=wanted, query=query, wording=wording)


@blueprint.get("/mail")
@guards.requires(Permission.ADMINISTER)
def mail() -> str:
    """Mail kept as files while no mail server is set."""
    here = context.current()
    kept, older = outbox.latest(here.actor, here.settings, request.args.get("before", ""))
    counts, has_server = undelivered.counts(here.actor), bool(here.settings.mail_url)
    return render_template("admin/mail.html", kept=kept, older=older, counts=counts, has_server=has_server)


@blueprint.get("/mail/<name>")
@guards.requires(Permission.ADMINISTER)
def mail_message(name: str) -> str:
    """One kept message as plain text."""
    here = context.current()
    return render_template("admin/mail_message.html", message=outbox.message(here.actor, here.settings, name))
