"""The few things most tests of matters do: open one, take a step, read it again."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from app.cases.folder import CaseFolder, open_folder
from app.cases.lifecycle.engine import StepEntry, take_step
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


def step(station: Station, case_id: UUID, kind: str, **values: object) -> UUID:
    """Takes a step today with values named ``table__column``."""
    with station.change(kind) as work:
        typed = {name.replace("__", "."): value for name, value in values.items()}
        return take_step(work, case_id, StepEntry(kind, {"step.happened_on": work.today, **typed}))


def agreed(station: Station, **values: object) -> UUID:
    """A dispute with an oral agreement."""
    case_id = opened(station, **values)  # type: ignore[arg-type]
    step(station, case_id, "accept")
    step(station, case_id, "agree_oral", agreement__terms="退回三十厘米。")
    return case_id


def folder_of(station: Station, case_id: UUID) -> CaseFolder:
    """The matter as the signed-in user sees it."""
    with station.query() as session:
        return open_folder(session, case_id, viewer_of(station))


def kinds(folder: CaseFolder) -> set[str]:
    """The kinds of the steps that are offered."""
    return {one.kind for one in folder.next_steps}
