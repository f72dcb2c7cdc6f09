"""Imports every table, so that the metadata is whole. Add a new table family here."""

from __future__ import annotations

from models import (
    case,
    desk,
    document,
    duty,
    exchange,
    organisation,
    person,
    step,
    visit,
)
from models.base import Base

FAMILIES = (organisation, person, visit, case, step, duty, document, desk, exchange)
METADATA = Base.metadata
