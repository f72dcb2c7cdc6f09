"""The quiet row below the matter: 匿名, 联名, 重大紧急, 越级, and who may know of it."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QLabel, QWidget

from ui.frame.editors import ChoiceEditor
from ui.frame.fields import field_at
from ui.frame.tools import FormTools

TICKS = ("anonymous", "joint_signed", "urgent", "above_level")
OPEN = "open"


class Marks(QWidget):
    """Ticks of a visit; rarely needed, so they take one line."""

    changed = Signal()

    def __init__(self, tools: FormTools) -> None:
        super().__init__()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 4, 8, 4)
        row.setSpacing(16)
        self.ticks: dict[str, QCheckBox] = {}
        for name in TICKS:
            field = field_at(f"visit.{name}")
            tick = QCheckBox(field.label)
            tick.setToolTip(field.basis)
            tick.clicked.connect(lambda _on: self.changed.emit())
            self.ticks[name] = tick
            row.addWidget(tick)
        row.addStretch(1)
        label = QLabel(field_at("visit.secrecy").label)
        label.setObjectName("fieldLabel")
        self.secrecy = ChoiceEditor(tools.choices("secrecy"), empty="", name_of=tools.name_in("secrecy"))
        self.secrecy.setMinimumWidth(self.fontMetrics().horizontalAdvance("国") * 9)
        self.secrecy.focus_widget().setAccessibleName(label.text())
        self.secrecy.set_value(OPEN)
        self.secrecy.changed.connect(self.changed.emit)
        label.setBuddy(self.secrecy.focus_widget())
        row.addWidget(label)
        row.addWidget(self.secrecy)

    def values(self) -> dict[str, Any]:
        """The ticks and ``secrecy``."""
        ticks = {name: tick.isChecked() for name, tick in self.ticks.items()}
        return {**ticks, "secrecy": self.secrecy.value() or OPEN}

    def set_values(self, values: dict[str, Any]) -> None:
        """Shows the ticks of a visit."""
        for name, tick in self.ticks.items():
            tick.setChecked(bool(values.get(name)))
        self.secrecy.set_value(values.get("secrecy") or OPEN)

    def typed(self) -> dict[str, str]:
        """What the draft keeps: only what differs from an ordinary visit."""
        texts = {f"mark.{name}": "1" for name, tick in self.ticks.items() if tick.isChecked()}
        secrecy = str(self.secrecy.value())
        return texts if secrecy in ("", OPEN) else {**texts, "mark.secrecy": secrecy}

    def restore_typed(self, texts: dict[str, str]) -> None:
        """Puts back what :meth:`typed` gave."""
        self.set_values(
            {name.removeprefix("mark."): text for name, text in texts.items() if name.startswith("mark.")}
        )
