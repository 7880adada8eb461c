"""What is plugged in where: nine tables and no logic. A new room adds its lines here and nowhere else."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from flask import Blueprint

from byline import migrations
from byline.accounts import discipline, exports, leaving, leaving_messages, messages, profile, reactions
from byline.accounts import jobs as account_jobs
from byline.accounts import routes as accounts
from byline.admin import page_files, site_acts, site_files
from byline.admin import routes as admin
from byline.analytics.collect import checking as collecting
from byline.analytics.collect import jobs as collect_jobs
from byline.analytics.collect import messages as collect_messages
from byline.analytics.importing import jobs as import_jobs
from byline.analytics.importing import messages as imports
from byline.analytics.sites import messages as sites
from byline.analytics.store import jobs as store_jobs
from byline.analytics.store import messages as store_messages
from byline.analytics.store import watching as store_watching
from byline.comments import deeds as comment_deeds
from byline.comments import leaving as comment_leaving
from byline.comments import messages as comment_messages
from byline.comments import packing as comment_packing
from byline.comments import routes as comments
from byline.conversations import leaving as conversation_leaving
from byline.conversations import messages as conversation_messages
from byline.conversations import packing as conversation_packing
from byline.conversations import routes as conversations
from byline.kernel import checks, mail
from byline.kernel.bus import Every, Job, Reaction
from byline.kernel.checks import Check
from byline.lists import blocking as list_blocking
from byline.lists import packing as list_packing
from byline.lists import routes as lists
from byline.moderation import bulk as moderation_bulk
from byline.moderation import messages as moderation_messages
from byline.moderation import packing as moderation_packing
from byline.moderation import reactions as moderation
from byline.moderation import routes as moderation_routes
from byline.moderation import rushes, sign
from byline.notifications import bell
from byline.notifications import jobs as notification_jobs
from byline.notifications import messages as notification_messages
from byline.notifications import packing as notification_packing
from byline.notifications import reactions as telling
from byline.notifications import routes as notifications
from byline.pages import routes as pages
from byline.posts import jobs as post_jobs
from byline.posts import leaving as post_leaving
from byline.posts import leaving_pictures, media_views, packing
from byline.posts import messages as posts
from byline.posts import routes as post_routes
from byline.posts import tallies as post_tallies
from byline.posts.interchange import beside
from byline.reactions import deeds as like_deeds
from byline.reactions import leaving as like_leaving
from byline.reactions import messages as like_messages
from byline.reactions import routes as likes
from byline.search import jobs as search_jobs
from byline.search import messages as search_messages
from byline.search import reactions as search
from byline.search import views as search_views
from byline.social import leaving as social_leaving
from byline.social import messages as social_messages
from byline.social import packing as social_packing
from byline.social import views as social
from byline.statistics import jobs as site_jobs
from byline.statistics import leaving as site_leaving
from byline.statistics import messages as site_messages
from byline.statistics import packing as site_packing
from byline.statistics import packing_numbers
from byline.statistics import posts_views as post_statistics
from byline.statistics import reactions as site_reactions
from byline.statistics import routes as statistics
from byline.statistics.sharing import jobs as sharing_jobs
from byline.statistics.sharing import messages as sharing_messages
from byline.statistics.sharing import routes as sharing
from byline.timeline import packing as timeline_packing
from byline.timeline import routes as timeline
from byline.web import assets, ops
from byline.web.bar import Entry
from byline.web.context import Portion

BLUEPRINTS: tuple[Blueprint, ...] = (
    assets.blueprint,
    ops.blueprint,
    accounts.blueprint,
    admin.blueprint,
    pages.blueprint,
    social.blueprint,
    timeline.blueprint,
    conversations.blueprint,
    media_views.blueprint,
    post_routes.blueprint,
    comments.blueprint,
    search_views.blueprint,
    likes.blueprint,
    lists.blueprint,
    notifications.blueprint,
    moderation_routes.blueprint,
    statistics.blueprint,
    sharing.blueprint,
)

REACTIONS: Mapping[type, tuple[Reaction, ...]] = {
    messages.MemberDescribed: (search.describe,),
    messages.RushBegan: (rushes.begin,),
    messages.MemberSetApart: (social_leaving.hide,),
    messages.MemberListedAgain: (social_leaving.show,),
    posts.PostSaved: (
        search.look_again,
        telling.tell_of_saved_post,
    ),
    posts.PostPublished: (
        search.look_again,
        telling.tell_of_published_post,
        moderation.list_writer,
    ),
    posts.PostHidden: (search.look_again,),
    posts.PostHeld: (moderation.put_post_in_queue,),
    posts.PostHoldEnded: (moderation.forget_post,),
    posts.PostsRelisted: (search.look_at_all,),
    posts.PostDeleted: (
        search.forget,
        like_leaving.forget_topic,
        moderation.forget_post,
    ),
    beside.SiteWritten: (page_files.write, site_files.write),
    beside.FolderBroughtIn: (site_files.bring, partial(page_files.bring, blueprints=BLUEPRINTS)),
    messages.MemberConfirmed: (reactions.tell_administrator,),
    leaving_messages.MemberLeft: (
        post_leaving.hide,
        comment_leaving.hide,
        social_leaving.hide,
        like_leaving.discount,
        site_leaving.hide,
    ),
    leaving_messages.MemberStayed: (
        post_leaving.show,
        comment_leaving.show,
        social_leaving.show,
        like_leaving.count_again,
        site_leaving.show,
    ),
    leaving_messages.MemberDeleted: (
        post_leaving.let_go,
        comment_leaving.let_go,
        conversation_leaving.let_go,
        social_leaving.forget,
        like_leaving.forget,
        moderation.forget_member,
        site_leaving.let_go,
    ),
    social_messages.MemberBlocked: (list_blocking.renew,),
    social_messages.MemberUnblocked: (list_blocking.renew,),
    social_messages.MemberFollowed: (telling.tell_followed,),
    comment_messages.CommentShown: (
        telling.tell_of_comment,
        moderation.vouch_for_trusted,
    ),
    comment_messages.CommentTakenForSpam: (moderation.set_apart,),
    comment_messages.CommentEdited: (telling.tell_of_edited_comment,),
    comment_messages.CommentHeld: (
        moderation.put_in_queue,
        telling.tell_of_held_comment,
    ),
    comment_messages.CommentDeleted: (moderation.forget_comment,),
    comment_messages.CommentApproved: (
        moderation.note_approval,
        telling.tell_approved,
    ),
    comment_messages.CommentHidden: (
        moderation.note_hiding,
        telling.tell_hidden,
    ),
    comment_messages.CommentRestored: (
        moderation.note_restoring,
        telling.tell_restored,
    ),
    like_messages.PostLiked: (telling.tell_of_liked_post,),
    like_messages.CommentLiked: (telling.tell_of_liked_comment,),
    conversation_messages.MessageSent: (telling.tell_of_message,),
    moderation_messages.HeldBack: (telling.tell_held_back,),
    moderation_messages.DecisionTaken: (telling.tell_decided,),
    moderation_messages.DecisionAnswered: (telling.tell_answered,),
    moderation_messages.ReportAnswered: (telling.tell_looked_at,),
    sites.SiteChanged: (site_reactions.note_change,),
    sites.TeamJoined: (site_reactions.tell_of_team,),
    sites.SiteOffered: (site_reactions.tell_of_offer,),
    sites.SiteTaken: (site_reactions.tell_of_taking,),
}

JOBS: Mapping[type, Job] = {
    mail.SendMail: mail.deliver,
    messages.WriteConfirmation: account_jobs.write_confirmation,
    messages.WriteReset: account_jobs.write_reset,
    messages.RemoveOldSessions: account_jobs.remove_old_sessions,
    messages.EndSuspension: discipline.end_due,
    leaving_messages.DeleteMember: leaving.delete_due,
    moderation_messages.HoldRush: rushes.hold,
    moderation_messages.CarryOn: moderation_bulk.carry_on,
    moderation_messages.TakeBack: moderation_bulk.take_back,
    leaving_messages.PackExport: packing.pack_export,
    leaving_messages.SweepExports: exports.sweep,
    conversation_messages.SweepMessages: conversation_leaving.sweep,
    leaving_messages.ForgetPicture: profile.forget_picture,
    site_acts.ForgetLogo: site_acts.forget_logo,
    posts.PublishDue: post_jobs.publish_due,
    posts.EmptyBin: post_jobs.empty_bin,
    posts.ForgetFiles: leaving_pictures.forget_files,
    search_messages.FillIndex: search_jobs.fill_index,
    notification_messages.WriteLetter: notification_jobs.write_letter,
    notification_messages.BeginRounds: notification_jobs.begin_rounds,
    notification_messages.WalkRoundups: notification_jobs.walk_roundups,
    notification_messages.WriteRoundup: notification_jobs.write_roundup,
    notification_messages.WalkDigests: notification_jobs.walk_digests,
    notification_messages.WriteDigest: notification_jobs.write_digest,
    collect_messages.RenewSalts: collect_jobs.renew_salts,
    collect_messages.SweepSpool: collect_jobs.sweep_spool,
    store_messages.PruneEvents: store_jobs.prune_events,
    sites.RebuildSite: site_jobs.rebuild,
    sites.DeleteSite: site_jobs.delete_due,
    imports.LookAtFile: import_jobs.look,
    imports.BringNumbers: import_jobs.bring,
    imports.UndoImport: import_jobs.undo,
    imports.TidyImports: import_jobs.tidy,
    site_messages.WriteOfSite: site_jobs.write_of_site,
    sharing_messages.BeginReports: sharing_jobs.begin_reports,
    sharing_messages.WriteReport: sharing_jobs.write_report,
    sharing_messages.LookOut: sharing_jobs.look_out,
    sharing_messages.WriteAlert: sharing_jobs.write_alert,
}

PERIODIC: tuple[Every, ...] = (
    Every(6 * 3600, posts.EmptyBin()),
    Every(3600, leaving_messages.SweepExports()),
    Every(24 * 3600, messages.RemoveOldSessions()),
    Every(24 * 3600, conversation_messages.SweepMessages()),
    Every(600, notification_messages.BeginRounds()),
    Every(600, sharing_messages.BeginReports()),
    Every(120, sharing_messages.LookOut()),
    Every(3600, imports.TidyImports()),
    Every(3600, collect_messages.RenewSalts()),
    Every(3600, collect_messages.SweepSpool()),
    Every(6 * 3600, store_messages.PruneEvents()),
)

CHECKS: tuple[Check, ...] = (
    checks.data_folder,
    checks.disk_space,
    checks.signing_key,
    checks.database_answers,
    migrations.schema,
    checks.tasks,
    migrations.store_schema,
    store_watching.analytics,
    collecting.waiting_hits,
    checks.mail_server,
    checks.public_address,
)
"""What `byline doctor` and the administration's page on the system look at."""

BAR: tuple[Entry, ...] = (sign.entry, conversations.settings_views.unread_in_bar, bell.entry)
"""What rooms show in the bar of a member, between writing and the menu."""

PORTIONS: tuple[Portion, ...] = (
    comment_packing.portion,
    social_packing.portion,
    conversation_packing.portion,
    like_leaving.portion,
    moderation_packing.portion,
    list_packing.bookmarks,
    list_packing.reading_lists,
    notification_packing.portion,
    timeline_packing.portion,
    site_packing.portion,
    packing_numbers.portion,
)
"""What rooms pack for a member who takes their data along."""

COMMENT_DEEDS: tuple[comment_deeds.Deed, ...] = (like_deeds.beside_comments,)
"""What rooms put beside a comment, such as the button that likes it."""

POST_TALLIES: tuple[post_tallies.Tally, ...] = (post_statistics.in_own_list, like_deeds.in_own_list)
"""What rooms count of a member's own posts, as their lists show it."""
