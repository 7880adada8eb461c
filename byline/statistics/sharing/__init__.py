"""Numbers for others than a site's team: public dashboards, links, frames, badges; and letters about them to the team.

Owns who may look without being on the team, and who is written to. Owns no numbers and no dashboards: it shows those of
the room above with nothing on them that only a team may see or change.
"""
