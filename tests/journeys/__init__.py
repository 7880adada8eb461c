"""Byline as people meet it: Chromium against a real `byline serve`."""
