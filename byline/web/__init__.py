"""The Flask toolkit every room uses: context, guards, error pages, paging, layout, static files.

What happens around a view is called from `hooks`, in one order: `bodies`, `throttle`, `csrf`, `headers`, `pagecache`.
It knows no table of any room and decides nothing about members or posts.
"""
