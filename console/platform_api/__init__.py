"""The reference platform API: FastAPI + SQLModel, SQLite by default, PostgreSQL by URL."""
