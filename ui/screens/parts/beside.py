"""Two or three panes side by side where there is room, one below the other where there is not."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QFrame, QScrollArea, QWidget

GAP = 16


class Beside(QWidget):
    """Panes in a row from ``wide_from_em`` ems on, else in a column.

    ``shares`` are the panes' shares of the width; a pane with share 0 keeps the width it asks for.
    """

    def __init__(
        self, panes: Sequence[QWidget], shares: Sequence[int], *, wide_from_em: float, gap: int = GAP
    ) -> None:
        super().__init__()
        self._panes = list(panes)
        self._shares = list(shares)
        self._wide_from_em = wide_from_em
        self._row = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(gap)
        for pane, share in zip(panes, shares, strict=True):
            self._row.addWidget(pane, share)

    @property
    def in_a_row(self) -> bool:
        """Whether the panes stand side by side now."""
        return self._row.direction() is QBoxLayout.Direction.LeftToRight

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Turns the row into a column when it gets narrow."""
        super().resizeEvent(event)
        em = self.fontMetrics().horizontalAdvance("国")
        wide = event.size().width() >= self._wide_from_em * em
        if wide == self.in_a_row:
            return
        direction = QBoxLayout.Direction.LeftToRight if wide else QBoxLayout.Direction.TopToBottom
        self._row.setDirection(direction)
        for place, share in enumerate(self._shares):
            self._row.setStretch(place, share if wide else 0)


def scrolled(widget: QWidget) -> QScrollArea:
    """The widget in an area of its own that scrolls up and down."""
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.setWidget(widget)
    return area
