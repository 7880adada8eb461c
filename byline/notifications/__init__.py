"""Telling members what concerns them: on the site and by mail."""
