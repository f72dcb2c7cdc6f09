"""The table of screens. A new screen is one file in this folder and one row here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from ui.frame.screen import Screen
from ui.frame.work import Desk

Factory = Callable[[Desk, Mapping[str, Any]], Screen]
"""Makes a screen from the desk and the arguments of ``desk.open(name, **arguments)``."""


@dataclass(frozen=True, slots=True)
class ScreenEntry:
    """One screen: its name in ``desk.open``, its title, its icon and how it is made.

    ``rail``: has a place in the left rail, in the table's order, and is made once. ``keys``: opens it.
    """

    name: str
    title: str
    icon: str
    factory: Factory
    rail: bool = False
    keys: str = ""


def _today(desk: Desk, _arguments: Mapping[str, Any]) -> Screen:
    from ui.screens.today import TodayScreen

    return TodayScreen(desk)


def _visit(desk: Desk, arguments: Mapping[str, Any]) -> Screen:
    from ui.screens.visit_entry import VisitScreen

    return VisitScreen(desk, **arguments)


def _ledger(desk: Desk, _arguments: Mapping[str, Any]) -> Screen:
    from ui.screens.ledger import LedgerScreen

    return LedgerScreen(desk)


def _people(desk: Desk, arguments: Mapping[str, Any]) -> Screen:
    from ui.screens.people import PeopleScreen

    return PeopleScreen(desk, **arguments)


def _case(desk: Desk, arguments: Mapping[str, Any]) -> Screen:
    from ui.screens.case_folder import CaseFolderScreen

    return CaseFolderScreen(desk, **arguments)


def _paper(desk: Desk, arguments: Mapping[str, Any]) -> Screen:
    from ui.screens.paper_view import PaperScreen, PaperWanted

    return PaperScreen(desk, PaperWanted(**arguments))


def _search(desk: Desk, arguments: Mapping[str, Any]) -> Screen:
    from ui.screens.search_palette import SearchScreen

    return SearchScreen(desk, **arguments)


def _sync(desk: Desk, _arguments: Mapping[str, Any]) -> Screen:
    from ui.screens.sync_page import SyncPage

    return SyncPage(desk)


def _settings(desk: Desk, _arguments: Mapping[str, Any]) -> Screen:
    from ui.screens.settings_page import SettingsPage

    return SettingsPage(desk)


SCREENS: list[ScreenEntry] = [
    ScreenEntry("today", "今日", "today", _today, rail=True),
    ScreenEntry("visit", "来访", "visit", _visit, rail=True),
    ScreenEntry("ledger", "台账", "ledger", _ledger, rail=True),
    ScreenEntry("people", "人员", "people", _people, rail=True),
    ScreenEntry("case", "案件夹", "folder", _case),
    ScreenEntry("paper", "文书", "paper", _paper),
    ScreenEntry("search", "查找", "search", _search),
    ScreenEntry("sync", "同步", "sync", _sync, rail=True),
    ScreenEntry("settings", "设置", "settings", _settings, rail=True),
]
