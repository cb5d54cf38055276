"""Alembic's revisions of the two databases.

The next one is a file in `records/versions` or `vault/versions`, and its id in `migrate.HEADS`. An append-only table
is never changed by a batch migration: SQLite would drop its triggers.
"""
