"""The platform that these tests ask; see `running`."""

from tests.access.running import postgresql_world, sqlite_world, world

__all__ = ["postgresql_world", "sqlite_world", "world"]
