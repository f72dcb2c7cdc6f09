"""Alembic scripts of the station's store; imported only when a migration is due."""
