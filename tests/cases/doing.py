"""A matter between two neighbours, opened in a transaction that is kept."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from app.cases.opening import CaseEntry, open_case
from app.cases.parties import PartyEntry
from app.cases.people import PersonEntry
from app.cases.visibility import Viewer
from app.station import Station

ZHANG = PersonEntry(
    name="张秀英", sex="2", born_on=date(1956, 8, 14), phone="13900000017", address="上溪村3组17号"
)
LI = PersonEntry(
    name="李有田", sex="1", born_on=date(1961, 2, 3), phone="13900000018", address="上溪村3组18号"
)
SIDES = (PartyEntry(ZHANG, "applicant"), PartyEntry(LI, "respondent"))


def viewer_of(station: Station) -> Viewer:
    """The signed-in user as a viewer."""
    return Viewer(station.signed_in.staff_id, station.signed_in.may_see_accusations)


def opened(
    station: Station, kind: str = "dispute", parties: tuple[PartyEntry, ...] = SIDES, **values: object
) -> UUID:
    """Opens a matter between two neighbours."""
    with station.change("立案") as work:
        return open_case(work, CaseEntry(kind=kind, parties=parties, **values))  # type: ignore[arg-type]
