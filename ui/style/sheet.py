"""The style sheet, generated from the tokens, and the palette for what style sheets do not reach."""

from __future__ import annotations

from string import Template

from PySide6.QtGui import QColor, QPalette

from ui.style.tokens import COLOURS, ROW_HEIGHT, Colours

SHEET = Template("""
QWidget { color: $ink; font-size: ${base}pt; }
QMainWindow, QDialog, #page { background: $page; }
QScrollArea, QScrollArea > QWidget > QWidget { background: transparent; }
QLabel { background: transparent; }
QToolTip { background: $surface; color: $ink; border: 1px solid $line_strong; padding: 4px; }

#screenTitle { font-size: ${title}pt; font-weight: 600; color: $ink; }
#section { font-size: ${section}pt; font-weight: 600; color: $accent; padding: 12px 0 4px 0;
           border-bottom: 1px solid $line; }
#fieldLabel { color: $ink_soft; }
#fieldNote { color: $ink_soft; font-size: ${small}pt; }
#fieldNote[problem="true"] { color: $caution; }
#soft { color: $ink_soft; }
#small { color: $ink_soft; font-size: ${small}pt; }
#figure { font-size: ${figure}pt; font-weight: 600; color: $accent; }
#good { color: $good; }
#empty { color: $ink_soft; font-size: ${section}pt; }

QLineEdit, QPlainTextEdit, QTextEdit, QComboBox, QSpinBox {
  background: $surface; border: 1px solid $line_strong; border-radius: 4px;
  padding: 3px 8px; placeholder-text-color: $hint;
  selection-background-color: $accent; selection-color: $on_accent; }
QLineEdit, QComboBox { min-height: ${box}px; }
QLineEdit:focus, QPlainTextEdit:focus, QTextEdit:focus, QComboBox:focus, QSpinBox:focus {
  border: 2px solid $focus; padding: 2px 7px; }
QLineEdit:read-only, QPlainTextEdit:read-only, QLineEdit:disabled, QComboBox:disabled {
  background: $page; border: 1px solid $line; color: $ink; }
QComboBox QLineEdit, QComboBox QLineEdit:focus { border: none; padding: 0; min-height: 0;
  background: transparent; }
QComboBox::drop-down { border: none; width: 24px; }
QComboBox::down-arrow { image: url("$arrow"); width: 14px; height: 14px; }
QComboBox:disabled::down-arrow { image: none; }
QAbstractItemView { background: $surface; selection-background-color: $selected; selection-color: $ink;
  outline: none; border: 1px solid $line; }
QComboBox QAbstractItemView::item, QListView::item { min-height: ${item}px; padding: 2px 8px; }

QPushButton { background: $surface; color: $accent; border: 1px solid $line_strong; border-radius: 4px;
  padding: 4px 16px; min-height: ${box}px; }
QPushButton:hover { background: $accent_soft; }
QPushButton:focus, QToolButton:focus { border: 2px solid $focus; padding: 3px 15px; }
QPushButton:disabled { color: $ink_soft; background: $page; border-color: $line; }
QPushButton#primary { background: $accent; color: $on_accent; border: 1px solid $accent; font-weight: 600;
  min-width: 88px; }
QPushButton#primary:hover { background: $accent_hover; }
QPushButton#primary:focus { border: 3px solid $caution_soft; outline: 2px solid $focus; padding: 2px 14px; }
QPushButton#primary:disabled { background: $line; color: $ink; border-color: $line; }
QPushButton#link { border: none; background: transparent; color: $accent;
  text-decoration: underline; padding: 4px; }
QPushButton#link:focus { border: 2px solid $focus; padding: 2px; }
QToolButton { background: transparent; border: 1px solid transparent; border-radius: 4px; padding: 4px; }
QToolButton:hover { background: $accent_soft; }
QToolButton:checked { background: $accent_soft; border: 1px solid $accent; color: $accent; }
QToolButton:focus { border: 2px solid $focus; padding: 3px; }

QCheckBox, QRadioButton { spacing: 8px; min-height: ${box}px; padding: 2px; }
QCheckBox:focus, QRadioButton:focus { border: 2px solid $focus; border-radius: 4px; padding: 0; }
QCheckBox::indicator { width: ${tick}px; height: ${tick}px; border: 1px solid $line_strong;
  border-radius: 3px; background: $surface; }
QCheckBox::indicator:checked { background: $accent; border-color: $accent; image: url("$tick_mark"); }
QCheckBox::indicator:disabled { border-color: $line; }

#rail { background: $rail; border-right: 1px solid $line; }
#rail QToolButton { color: $ink; padding: 8px 4px; border: 2px solid transparent; border-radius: 6px;
  text-align: center; }
#rail QToolButton:hover { background: $page; }
#rail QToolButton:checked { background: $accent; color: $on_accent; font-weight: 600; }
#rail QToolButton:focus { border: 2px solid $focus; }
#topBar { background: $surface; border-bottom: 1px solid $line; }
#topBar QLineEdit { background: $page; }
#statusLine { background: $rail; border-top: 1px solid $line; }
#statusLine QLabel { font-size: ${small}pt; color: $ink_soft; }
#actionBar { background: $surface; border-top: 1px solid $line; }
#banner { background: $accent_soft; border: 1px solid $accent; border-radius: 6px; }
#banner[tone="problem"] { background: $caution_soft; border-color: $caution; }
#banner[tone="serious"] { background: $alert_soft; border-color: $alert; }
#bannerTitle { font-weight: 600; color: $accent; padding: 5px 0; }
#banner[tone="problem"] #bannerTitle { color: $caution; }
#banner[tone="serious"] #bannerTitle { color: $alert; }
#banner QLabel { padding: 5px 0; }
#card { background: $surface; border: 1px solid $line; border-radius: 6px; }

QTableView { background: $surface; alternate-background-color: $page; gridline-color: $line;
  border: 2px solid $line; border-radius: 4px; }
QTableView:focus { border: 2px solid $focus; }
QTableView::item { padding: 2px 8px; border: none; }
QTableView::item:selected { background: $selected; color: $ink; }
QHeaderView { background: $rail; }
QHeaderView::section { background: $rail; color: $ink; border: none; border-bottom: 1px solid $line;
  border-right: 1px solid $line; padding: 6px 8px; font-weight: 600; }
QListWidget { background: $surface; border: 1px solid $line_strong; border-radius: 4px; }
QListWidget:focus { border: 2px solid $focus; }
QListWidget::item:selected { background: $selected; color: $ink; }
QProgressBar { background: $rail; border: 1px solid $line; border-radius: 4px; min-height: 14px;
  max-height: 14px; text-align: center; font-size: ${small}pt; }
QProgressBar::chunk { background: $accent; border-radius: 3px; }
QTabBar::tab { padding: 6px 16px; border: 1px solid $line; border-bottom: none; background: $rail;
  border-top-left-radius: 4px; border-top-right-radius: 4px; }
QTabBar::tab:selected { background: $surface; color: $accent; font-weight: 600; }
QTabBar::tab:focus { border: 2px solid $focus; }
QTabWidget::pane { border: 1px solid $line; background: $surface; }
QSplitter::handle { background: $line; }
QMenu { background: $surface; border: 1px solid $line_strong; padding: 4px; }
QMenu::item { padding: 6px 24px; }
QMenu::item:selected { background: $selected; color: $ink; }
QScrollBar:vertical { background: $page; width: 14px; margin: 0; }
QScrollBar::handle:vertical { background: $line; border-radius: 5px; min-height: 32px; margin: 2px; }
QScrollBar::handle:vertical:hover { background: $line_strong; }
QScrollBar:horizontal { background: $page; height: 14px; margin: 0; }
QScrollBar::handle:horizontal { background: $line; border-radius: 5px; min-width: 32px; margin: 2px; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: none; }
QCalendarWidget QWidget#qt_calendar_navigationbar { background: $rail; }
QCalendarWidget QToolButton { padding: 4px 8px; color: $ink; }
QCalendarWidget QAbstractItemView { selection-background-color: $accent; selection-color: $on_accent; }
""")


def style_sheet(base_point: float, arrow: str, tick_mark: str, colours: Colours = COLOURS) -> str:
    """The whole style sheet for a base size in points; the two icons are given as file paths."""
    scale = base_point / 11.0
    values = {name: getattr(colours, name) for name in colours.__slots__}
    return SHEET.substitute(
        values,
        base=f"{base_point:g}",
        title=f"{base_point * 1.45:.1f}",
        section=f"{base_point * 1.1:.1f}",
        small=f"{max(base_point * 0.9, 9.5):.1f}",
        figure=f"{base_point * 2:.1f}",
        box=round((ROW_HEIGHT - 8) * scale),
        item=round(28 * scale),
        tick=round(18 * scale),
        arrow=arrow,
        tick_mark=tick_mark,
    )


def palette(colours: Colours = COLOURS) -> QPalette:
    """The light palette, whatever the system's theme is."""
    made = QPalette()
    roles = {
        QPalette.ColorRole.Window: colours.page,
        QPalette.ColorRole.WindowText: colours.ink,
        QPalette.ColorRole.Base: colours.surface,
        QPalette.ColorRole.AlternateBase: colours.page,
        QPalette.ColorRole.Text: colours.ink,
        QPalette.ColorRole.Button: colours.surface,
        QPalette.ColorRole.ButtonText: colours.ink,
        QPalette.ColorRole.Highlight: colours.accent,
        QPalette.ColorRole.HighlightedText: colours.on_accent,
        QPalette.ColorRole.ToolTipBase: colours.surface,
        QPalette.ColorRole.ToolTipText: colours.ink,
        QPalette.ColorRole.PlaceholderText: colours.hint,
        QPalette.ColorRole.Link: colours.accent,
    }
    for role, colour in roles.items():
        made.setColor(role, QColor(colour))
    return made
