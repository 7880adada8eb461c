"""Every address of reading, in one table."""

from __future__ import annotations

from flask import Blueprint

from byline.pages import archive, counting, feeds, following, keeping, lost, pieces, reading, site_pages, sitemap, views

blueprint = Blueprint("pages", __name__, template_folder="templates")

ROUTES = (
    ("/", "home", views.home),
    ("/tag/<tag>", "tag", views.tag),
    ("/@<username>", "profile", views.profile),
    ("/user/<username>", "user", views.user),
    ("/@<username>/<slug>", "post", reading.post),
    ("/@<username>/lists", "lists", keeping.reading_lists),
    ("/@<username>/lists/<slug>", "list", keeping.reading_list),
    ("/bookmarks", "bookmarks", keeping.bookmarks),
    ("/following", "following", following.following),
    ("/following/find", "find_to_follow", following.find_to_follow),
    ("/following/tags", "followed_tags", following.followed_tags),
    ("/counting", "counting", counting.counting),
    ("/archive", "archive", archive.archive),
    ("/archive/<int:year>", "archive_year", archive.year),
    ("/archive/<int:year>/<int:month>", "archive_month", archive.month),
    ("/feed.xml", "feed", feeds.feed),
    ("/feed.json", "json_feed", feeds.json_feed),
    ("/@<username>/feed.xml", "author_feed", feeds.author_feed),
    ("/@<username>/feed.json", "author_json_feed", feeds.author_json_feed),
    ("/tag/<tag>/feed.xml", "tag_feed", feeds.tag_feed),
    ("/tag/<tag>/feed.json", "tag_json_feed", feeds.tag_json_feed),
    ("/sitemap.xml", "sitemap", sitemap.sitemap),
    ("/sitemap/<kind>-<int:number>.xml", "sitemap_file", sitemap.sitemap_file),
    ("/robots.txt", "robots", sitemap.robots),
    ("/<site_page:slug>", "site_page", site_pages.show),
)

for rule, endpoint, view in ROUTES:
    blueprint.add_url_rule(rule, endpoint, view, methods=("GET",))

blueprint.record_once(pieces.prepare)
blueprint.add_app_template_filter(feeds.rfc3339)
blueprint.app_errorhandler(404)(lost.find)
