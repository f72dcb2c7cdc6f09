"""A main pane with another one beside it; where there is no room for both, each is one side of a tab bar."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Signal
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QTabBar, QVBoxLayout, QWidget

GAP = 16
NO_LIMIT = 16777215
MAIN, SIDE = 0, 1


class Faces(QWidget):
    """``side`` stands beside ``main`` from ``wide_from_em`` ems on. A sheet may take the main pane's place."""

    arranged = Signal(bool)
    """The panes now stand side by side (True) or behind tabs (False)."""

    def __init__(
        self,
        main: QWidget,
        side: QWidget,
        *,
        names: tuple[str, str],
        side_em: float,
        wide_from_em: float,
        side_left: bool = False,
    ) -> None:
        super().__init__()
        self.main, self.side = main, side
        self._sheet: QWidget | None = None
        self._side_em, self._wide_from_em, self._side_left = side_em, wide_from_em, side_left
        self._wide = True
        self.tabs = QTabBar()
        self.tabs.setExpanding(False)
        self.tabs.setDrawBase(False)
        for name in names:
            self.tabs.addTab(name)
        self.tabs.hide()
        self.stack = QStackedWidget()
        self.stack.addWidget(main)
        middle = QVBoxLayout()
        middle.setSpacing(8)
        middle.addWidget(self.tabs)
        middle.addWidget(self.stack, 1)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(GAP)
        self._row.addLayout(middle, 1)
        self._put_side_beside()
        self.tabs.currentChanged.connect(lambda _place: self._show())

    @property
    def wide(self) -> bool:
        """Whether the panes stand side by side."""
        return self._wide

    @property
    def sheet(self) -> QWidget | None:
        """The sheet in the main pane's place."""
        return self._sheet

    def turn_to(self, face: int) -> None:
        """Brings :data:`MAIN` or :data:`SIDE` to the front where they stand behind tabs."""
        self.tabs.setCurrentIndex(face)

    def open_sheet(self, sheet: QWidget) -> None:
        """Puts a sheet in the main pane's place."""
        self.close_sheet()
        self._sheet = sheet
        self.stack.addWidget(sheet)
        self._show()

    def close_sheet(self) -> None:
        """Takes the sheet away and deletes it."""
        sheet, self._sheet = self._sheet, None
        if sheet is not None:
            self._show()
            self.stack.removeWidget(sheet)
            sheet.deleteLater()

    def showEvent(self, event: QShowEvent) -> None:
        """Large type may have been chosen while it was out of sight."""
        super().showEvent(event)
        self._fit()
        if self._wide:
            self._size_side()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Rearranges the panes when the room changes."""
        super().resizeEvent(event)
        self._fit()

    def changeEvent(self, event: QEvent) -> None:
        """Larger type needs more room."""
        super().changeEvent(event)
        # Before it is in sight the width says nothing, and the first such events come while it is being made.
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange) and self.isVisible():
            self._fit()
            if self._wide:
                self._size_side()

    def _fit(self) -> None:
        wide = self.width() >= self._wide_from_em * self.fontMetrics().horizontalAdvance("国")
        if wide != self._wide:
            self._wide = wide
            self._rearrange()

    def _rearrange(self) -> None:
        if self._wide:
            self.stack.removeWidget(self.side)
            self._put_side_beside()
            self.side.show()
        else:
            self._row.removeWidget(self.side)
            self.side.setMinimumWidth(0)
            self.side.setMaximumWidth(NO_LIMIT)
            self.stack.addWidget(self.side)
        self._show()
        self.arranged.emit(self._wide)

    def _put_side_beside(self) -> None:
        self._size_side()
        self._row.insertWidget(0 if self._side_left else 1, self.side)

    def _size_side(self) -> None:
        self.side.setFixedWidth(round(self._side_em * self.fontMetrics().horizontalAdvance("国")))

    def _show(self) -> None:
        self.tabs.setVisible(not self._wide and self._sheet is None)
        if self._sheet is not None:
            self.stack.setCurrentWidget(self._sheet)
        elif not self._wide and self.tabs.currentIndex() == SIDE:
            self.stack.setCurrentWidget(self.side)
        else:
            self.stack.setCurrentWidget(self.main)
