"""Steps from one shape of the database to the next, run when it is opened."""

STEPS = ("0001", "0002", "0003", "0004")
"""Every step in `versions/`, oldest first. Written out so that opening a database that is up to date needs no
alembic; a test holds it against the folder."""
