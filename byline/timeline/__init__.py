"""What a member reads of the people and tags they follow: the timeline, followed tags, and the visit before this one.

It does not own follows of people (social) nor the page itself (pages): it answers which posts stand in a timeline.
"""
