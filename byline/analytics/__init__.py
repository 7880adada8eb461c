"""Analytics: who reads a site, counted without cookies and without keeping an address.

`collect` takes hits in, `store` keeps them, `report` answers questions about them; `sites` says what is measured and
for whom. Owns no pages: those are in `byline.statistics`. Knows no member but by number.
"""
