"""The Flask toolkit every room uses: context, guards, error pages, paging, layout, static files."""
