"""Administration: the pages for those who run the site, their tasks and kept mail.

It reads every room below and changes them by their own services; who may do what is decided there.
"""
