"""Which stations' rows a device may write: its own, those below it, and for the county's own office all."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import Connection, RowMapping, select

from app.center.schema import MIRRORS

COUNTY_LEVEL = "county"


class Reach:
    """The reach of one device; the tree is read only when a row of another station comes up."""

    def __init__(self, connection: Connection, device: RowMapping) -> None:
        self._connection = connection
        self._county = device["county"]
        self._own: str = device["station_id"].hex
        self._everywhere = device["level"] == COUNTY_LEVEL
        self._below: set[str] | None = None

    def covers(self, station: str) -> bool:
        """Whether the device may write rows of a station (hex)."""
        if self._everywhere or station == self._own:
            return True
        if self._below is None:
            self._below = self._read_below()
        return station in self._below

    def _read_below(self) -> set[str]:
        units = MIRRORS["org_unit"]
        children: dict[UUID, list[UUID]] = {}
        query = select(units.c.id, units.c.parent_id).where(
            units.c.county == self._county, units.c.withdrawn_at.is_(None)
        )
        for row in self._connection.execute(query):
            if row.parent_id is not None:
                children.setdefault(row.parent_id, []).append(row.id)
        found: set[str] = set()
        waiting = [UUID(hex=self._own)]
        while waiting:
            for child in children.get(waiting.pop(), []):
                if child.hex not in found:
                    found.add(child.hex)
                    waiting.append(child)
        return found
