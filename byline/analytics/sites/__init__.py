"""The sites that are measured: what is collected for each, who may see it, and the keys that servers write with.

Owns neither what was collected (`byline.analytics.store`) nor the pages (`byline.statistics`). It knows members by
their numbers; whoever calls it knows their names.
"""
