"""Screens: one file a page with a TITLE and `show(frame)`; a new one is a file and its line in `pages.py`."""
