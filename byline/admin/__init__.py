"""Administration: the pages for those who run the site. It reads every room and changes them by their own services."""
