"""Every address of the room, in one table."""

from __future__ import annotations

from byline.statistics import (
    dashboard,
    experiments_views,
    exports_views,
    funnels_views,
    goals_views,
    imports_views,
    keys_views,
    listing,
    notes_views,
    posts_views,
    returning_views,
    segments_views,
    settings_views,
    sites_views,
    team_views,
)
from byline.statistics.blueprint import blueprint
from byline.statistics.sharing import public

__all__ = ["blueprint"]

GET, POST, BOTH = ("GET",), ("POST",), ("GET", "POST")
SITE = "/sites/<row:site_id>"
ROUTES = (
    ("/sites", "sites", sites_views.listed, GET),
    ("/sites", "add", sites_views.new, POST),
    ("/sites/new", "new", sites_views.new, BOTH),
    (SITE, "dashboard", public.or_public(dashboard.show, public.dashboard), GET),
    (f"{SITE}/by/<name>", "listing", public.or_public(listing.show, public.listing), GET),
    (f"{SITE}/now", "now", public.or_public(dashboard.now, public.now), GET),
    (f"{SITE}/goals", "goals", goals_views.listed, BOTH),
    (f"{SITE}/goals/<row:goal_id>", "goal", goals_views.change, BOTH),
    (f"{SITE}/goals/<row:goal_id>/delete", "delete_goal", goals_views.delete, POST),
    (f"{SITE}/funnels", "funnels", funnels_views.listed, BOTH),
    (f"{SITE}/funnels/<row:funnel_id>", "funnel", funnels_views.show, GET),
    (f"{SITE}/funnels/<row:funnel_id>/change", "change_funnel", funnels_views.change, BOTH),
    (f"{SITE}/funnels/<row:funnel_id>/delete", "delete_funnel", funnels_views.delete, POST),
    (f"{SITE}/experiments", "experiments", experiments_views.listed, GET),
    (f"{SITE}/experiments/new", "new_experiment", experiments_views.new, BOTH),
    (f"{SITE}/experiments/<row:experiment_id>", "experiment", experiments_views.show, GET),
    (f"{SITE}/experiments/<row:experiment_id>/change", "change_experiment", experiments_views.change, BOTH),
    (f"{SITE}/experiments/<row:experiment_id>/start", "start_experiment", experiments_views.start, POST),
    (f"{SITE}/experiments/<row:experiment_id>/take-back", "take_back_experiment", experiments_views.take_back, POST),
    (f"{SITE}/experiments/<row:experiment_id>/end", "end_experiment", experiments_views.end, POST),
    (f"{SITE}/experiments/<row:experiment_id>/reopen", "reopen_experiment", experiments_views.reopen, POST),
    (f"{SITE}/experiments/<row:experiment_id>/delete", "delete_experiment", experiments_views.delete, POST),
    (f"{SITE}/coming-back", "coming_back", returning_views.show, GET),
    (f"{SITE}/segments", "segments", segments_views.listed, BOTH),
    (f"{SITE}/segments/<row:segment_id>/rename", "rename_segment", segments_views.rename, POST),
    (f"{SITE}/segments/<row:segment_id>/delete", "delete_segment", segments_views.delete, POST),
    (f"{SITE}/notes", "notes", notes_views.listed, BOTH),
    (f"{SITE}/notes/<row:note_id>", "note", notes_views.change, BOTH),
    (f"{SITE}/notes/<row:note_id>/delete", "delete_note", notes_views.delete, POST),
    ("/@<username>/<slug>/statistics", "post", posts_views.of_post, GET),
    ("/studio/statistics", "writings", posts_views.of_member, GET),
    ("/sites/definitions", "meanings", dashboard.meanings, GET),
    (f"{SITE}/install", "install", sites_views.install, GET),
    (f"{SITE}/heard", "heard", sites_views.heard, GET),
    (f"{SITE}/settings", "general", settings_views.general, BOTH),
    (f"{SITE}/settings/collecting", "collecting", settings_views.collecting, BOTH),
    (f"{SITE}/settings/not-counted", "refusals", settings_views.refusals, GET),
    (f"{SITE}/settings/team", "team", team_views.show, BOTH),
    (f"{SITE}/settings/team/<row:user_id>/role", "change_role", team_views.change_role, POST),
    (f"{SITE}/settings/team/<row:user_id>/remove", "remove_from_team", team_views.remove, POST),
    (f"{SITE}/settings/offer", "offer", team_views.offer, POST),
    (f"{SITE}/settings/offer/withdraw", "withdraw", team_views.withdraw, POST),
    (f"{SITE}/settings/import", "imports", imports_views.listed, BOTH),
    (f"{SITE}/settings/import/<row:import_id>", "one_import", imports_views.show, GET),
    (f"{SITE}/settings/import/<row:import_id>/begin", "begin_import", imports_views.begin, POST),
    (f"{SITE}/settings/import/<row:import_id>/undo", "undo_import", imports_views.undo, POST),
    (f"{SITE}/export", "exports", exports_views.show, GET),
    (f"{SITE}/export.csv", "export_csv", exports_views.report_csv, GET),
    (f"{SITE}/export.json", "export_json", exports_views.report_json, GET),
    (f"{SITE}/export.zip", "export_zip", exports_views.report_zip, GET),
    (f"{SITE}/events.csv", "events_csv", exports_views.events_csv, GET),
    (f"{SITE}/events.jsonl", "events_json", exports_views.events_json, GET),
    (f"{SITE}/settings/keys", "keys", keys_views.show, BOTH),
    (f"{SITE}/settings/keys/<row:key_id>/revoke", "revoke_key", keys_views.revoke, POST),
    (f"{SITE}/settings/delete", "delete", settings_views.delete, BOTH),
    (f"{SITE}/keep", "keep", settings_views.keep, POST),
    (f"{SITE}/leave", "leave", team_views.leave, POST),
    (f"{SITE}/accept", "accept", team_views.accept, POST),
    (f"{SITE}/decline", "decline", team_views.decline, POST),
)

for rule, endpoint, view, methods in ROUTES:
    blueprint.add_url_rule(rule, endpoint, view, methods=methods)
