"""What forms and tables need besides the field descriptions: code tables and the clock."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from models.clock import Clock, local_day

if TYPE_CHECKING:
    from models.codes import CodeTables
    from ui.frame.editors.choice import Choice


@dataclass(frozen=True, slots=True)
class FormTools:
    """Handed to every form and table by the composition root."""

    codes: CodeTables
    clock: Clock

    def today(self) -> date:
        """The calendar day in China."""
        return local_day(self.clock.now())

    def choices(self, table: str) -> list[Choice]:
        """The entries of a code table that are valid today, in its order."""
        from ui.frame.editors.choice import Choice

        return [Choice(entry.code, entry.name) for entry in self.codes[table].entries_on(self.today())]

    def name_in(self, table: str) -> Callable[[str], str]:
        """A function giving the Chinese name of a code; an unknown code comes back as it is."""
        return self.codes[table].name_of
