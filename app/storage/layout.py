"""Names of the files in a station's data folder."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class StationFolder:
    """The data folder of one station."""

    root: Path

    @property
    def database(self) -> Path:
        """The encrypted store."""
        return self.root / "station.db"

    @property
    def keys(self) -> Path:
        """The header with the key slots."""
        return self.root / "station.keys.json"

    @property
    def recovery(self) -> Path:
        """There while the county is asked to help with a forgotten password."""
        return self.root / "station.recovery.json"

    @property
    def nonce(self) -> Path:
        """The side file that must match the store; a copied or restored store has none that does."""
        return self.root / "station.nonce"

    @property
    def lock(self) -> Path:
        """The lock file."""
        return self.root / "station.lock"

    @property
    def clean_mark(self) -> Path:
        """There while the store is closed properly."""
        return self.root / "station.clean"

    @property
    def attachments(self) -> Path:
        """Encrypted attachments."""
        return self.root / "attachments"

    @property
    def backups(self) -> Path:
        """Verified backups."""
        return self.root / "backups"

    @property
    def reports(self) -> Path:
        """Error reports without personal data."""
        return self.root / "reports"

    @property
    def founded(self) -> bool:
        """Whether a station lives here, or did and can be brought back.

        Keys alone do not count: they are what a founding leaves that was cut off.
        """
        return self.database.exists() or any(self.backups.glob("*/backup.json")) or any(self.replaced())

    def replaced(self) -> list[Path]:
        """What restoring a backup put aside, oldest first."""
        return sorted(self.root.glob("replaced-*"))

    def database_files(self) -> tuple[Path, ...]:
        """The store and what SQLite keeps beside it."""
        return tuple(self.database.with_name(self.database.name + ending) for ending in ("", "-wal", "-shm"))
