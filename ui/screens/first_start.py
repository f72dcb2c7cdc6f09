"""The first start: three short steps, about two minutes, then the station stands."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from app.accounts.founding import StationFounding, found_station
from app.accounts.passwords import SHORTEST, password_problem
from app.station import Station
from app.storage.layout import StationFolder
from app.storage.place import PlaceReport, check_place
from models.clock import local_day
from models.field import Field, Kind, Personal
from ui.frame.form import Form, FormRow
from ui.screens.entrance import EntrancePage, EntranceTools

KEPT_WHERE = "所有内容都加密存放在本机这个文件夹里，不经过外网；入网以后，同步时只交给县中心。"
STEPS = ("站点", "调委会", "本人")


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Names worked out from the station's name, to be changed where they do not fit."""

    short_name: str
    committee_name: str


def suggest(station_name: str) -> Suggestion:
    """``上溪村人民调解室`` leads to 上溪 and 上溪村人民调解委员会."""
    place = station_name.strip()
    for ending in ("人民调解委员会", "人民调解室", "调解委员会", "调解工作站", "调解室", "工作站", "站"):
        place = place.removesuffix(ending)
    short = place
    for ending in ("村民委员会", "村委会", "社区居委会", "居委会", "街道", "社区", "村", "镇", "乡"):
        if short.endswith(ending) and len(short) > len(ending):
            short = short.removesuffix(ending)
            break
    return Suggestion(short[-4:], f"{place}人民调解委员会" if place else "")


def example_number(year: int, short_name: str) -> str:
    """The first case number of a year, as it will be printed."""
    return f"（{year}）{short_name or '××'}人调字第1号"


class FirstStartPage(EntrancePage):
    """站点, 调委会, 本人."""

    def __init__(self, tools: EntranceTools) -> None:
        super().__init__(tools, "第一次使用", "填三步就可以开始，大约两分钟。填错了以后都能在“设置”里改。")
        self._busy = False
        self._place_ok = False
        self.step_line = QLabel()
        self.step_line.setObjectName("soft")
        self.steps = QStackedWidget()
        self.station_form = self._make_station_form()
        self.committee_form = self._make_committee_form()
        self.person_form = self._make_person_form()
        self.forms = (self.station_form, self.committee_form, self.person_form)
        self.example = QLabel()
        self.place = QLabel()
        self.place.setObjectName("small")
        self.place.setWordWrap(True)
        for form, extra in zip(self.forms, self._extras(), strict=True):
            page = QWidget()
            column = QVBoxLayout(page)
            column.setContentsMargins(0, 0, 0, 0)
            column.addWidget(form)
            column.addWidget(extra)
            column.addStretch(1)
            form.finished.connect(self.go_on)
            self.steps.addWidget(page)
        self.content.addWidget(self.step_line)
        self.content.addWidget(self.steps, 1)
        self.content.addLayout(self._make_buttons())
        self.station_form.changed.connect(self._suggest)
        self.committee_form.changed.connect(lambda _ref: self._show_example())
        self._show_step(0)

    def opened(self) -> None:
        """Checks the folder and puts the cursor into the first field."""
        self._check_place()
        self._current_form().first_widget().setFocus(Qt.FocusReason.OtherFocusReason)

    def go_on(self) -> None:
        """To the next step, or founds the station after the last one."""
        step = self.steps.currentIndex()
        if not self._current_form().settle() or not self._checked(step):
            return
        if step < len(STEPS) - 1:
            self._show_step(step + 1)
        else:
            self._found()

    def go_back(self) -> None:
        """To the step before; nothing typed is lost."""
        self._show_step(max(self.steps.currentIndex() - 1, 0))

    # -- forms --

    def _make_station_form(self) -> Form:
        return Form(
            [
                FormRow("org_unit.name", label="站点名称", hint="如 上溪村人民调解室", required=True),
                FormRow("org_unit.level", label="站点级别", required=True),
                FormRow("org_unit.area_code", hint="十二位，不清楚先空着", check=area_code_remark),
            ],
            self.tools.forms,
        )

    def _make_committee_form(self) -> Form:
        return Form(
            [
                FormRow("org_unit.committee_name", label="调委会全称", hint="印在文书上", required=True),
                FormRow("org_unit.short_name", label="简称", required=True),
            ],
            self.tools.forms,
        )

    def _make_person_form(self) -> Form:
        secret = Field("密码", Kind.TEXT, Personal.SENSITIVE)
        rules = f"至少 {SHORTEST} 位，如一句话的首字母加几个数字"
        form = Form(
            [
                FormRow("staff.name", label="您的姓名", required=True),
                FormRow("account.login_name", label="登录名", required=True, hint="登录时显示的名字"),
                FormRow("password", label="密码", field=secret, secret=True, required=True, hint=rules),
                FormRow("again", label="再输一次", field=secret, secret=True, required=True),
            ],
            self.tools.forms,
        )
        form.changed.connect(self._on_person)
        return form

    def _extras(self) -> tuple[QWidget, QWidget, QWidget]:
        where = QWidget()
        column = QVBoxLayout(where)
        column.setContentsMargins(0, 12, 0, 0)
        kept = QLabel(KEPT_WHERE)
        kept.setWordWrap(True)
        column.addWidget(kept)
        column.addWidget(self.place)
        row = QHBoxLayout()
        choose = QPushButton("换一个文件夹……")
        choose.setObjectName("link")
        choose.clicked.connect(self._choose_place)
        restore = QPushButton("这台电脑以前用过？恢复备份……")
        restore.setObjectName("link")
        restore.clicked.connect(lambda: self.go_to.emit("restore"))
        row.addWidget(choose)
        row.addWidget(restore)
        row.addStretch(1)
        column.addLayout(row)
        forget = QLabel("忘了密码谁也打不开数据，请把密码写下来收好；入网后县中心可以帮助恢复。")
        forget.setWordWrap(True)
        return where, self.example, forget

    def _make_buttons(self) -> QHBoxLayout:
        self.back = QPushButton("上一步")
        self.back.clicked.connect(self.go_back)
        self.next = QPushButton("下一步")
        self.next.setObjectName("primary")
        self.next.clicked.connect(self.go_on)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(self.back)
        row.addWidget(self.next)
        return row

    # -- reactions --

    def _current_form(self) -> Form:
        return self.forms[self.steps.currentIndex()]

    def _show_step(self, step: int) -> None:
        self.steps.setCurrentIndex(step)
        self.step_line.setText(
            "　".join(f"{'●' if n == step else '○'} {n + 1} {name}" for n, name in enumerate(STEPS))
        )
        self.back.setVisible(step > 0)
        self.next.setText("建立站点" if step == len(STEPS) - 1 else "下一步")
        self._show_example()
        self._current_form().first_widget().setFocus(Qt.FocusReason.OtherFocusReason)

    def _suggest(self, ref: str) -> None:
        if ref == "org_unit.name":
            made = suggest(str(self.station_form.editor("org_unit.name").value()))
            self.committee_form.set_values(
                {"org_unit.committee_name": made.committee_name, "org_unit.short_name": made.short_name}
            )

    def _show_example(self) -> None:
        short = str(self.committee_form.editor("org_unit.short_name").value())
        year = local_day(self.tools.clock.now()).year
        self.example.setText(f"案号会是这样：{example_number(year, short)}")

    def _on_person(self, ref: str) -> None:
        if ref == "staff.name":
            name = self.person_form.editor("staff.name").value()
            self.person_form.set_values({"account.login_name": name})

    def _checked(self, step: int) -> bool:
        if step == 0:
            code = self.station_form.editor("org_unit.area_code").value()
            return self._place_ok and not area_code_remark(code)
        if step == 2:
            values = self.person_form.values()
            problem = password_problem(values["password"], values["account.login_name"])
            if problem:
                self.person_form.row("password").set_problem(problem)
                return False
            if values["again"] != values["password"]:
                self.person_form.row("again").set_problem("两次输入的密码不一样。")
                return False
        return True

    def _check_place(self) -> None:
        self.tools.lane.submit(
            lambda: check_place(self.tools.folder.root), self._place_found, self._place_refused
        )

    def _place_found(self, report: PlaceReport) -> None:
        self._place_ok = True
        self.place.setText(f"存放位置：{report.folder}\n" + "".join(report.warnings))

    def _place_refused(self, error: Exception) -> None:
        self._place_ok = False
        self.place.setText(f"存放位置：{self.tools.folder.root}（不能用，请换一个文件夹）")
        self.tools.errors.handle(error)

    def _choose_place(self) -> None:
        place = QFileDialog.getExistingDirectory(
            self, "站点的数据放在哪里", str(self.tools.folder.root.parent)
        )
        if place:
            self.use_folder(Path(place))

    def use_folder(self, root: Path) -> None:
        """Takes another folder for the station, and remembers it for the next start."""
        self.tools.folder = StationFolder(root)
        self.tools.preferences.data_folder = str(root)
        self._check_place()

    def _found(self) -> None:
        if self._busy:
            return
        self._busy = True
        self.next.setEnabled(False)
        tools, founding = self.tools, self._founding()

        def job() -> Station:
            found_station(tools.folder.root, founding, tools.clock, tools.new_id, tools.cost)
            return tools.open_station(founding.login_name, founding.password)

        tools.lane.submit(job, self._founded, self._failed, title="正在建立站点……")

    def _founding(self) -> StationFounding:
        station: dict[str, Any] = self.station_form.values(short=True)
        committee: dict[str, Any] = self.committee_form.values(short=True)
        person = self.person_form.values()
        return StationFounding(
            station_name=station["name"],
            level=station["level"],
            area_code=station["area_code"],
            short_name=committee["short_name"],
            committee_name=committee["committee_name"],
            user_name=person["staff.name"],
            login_name=person["account.login_name"],
            password=person["password"],
        )

    def _founded(self, station: Station) -> None:
        self._busy = False
        self.tools.preferences.last_login = station.signed_in.login_name
        self.tools.remember()
        self.person_form.clear()
        self.station_opened.emit(station)

    def _failed(self, error: Exception) -> None:
        self._busy = False
        self.next.setEnabled(True)
        self.tools.errors.handle(error)


def area_code_remark(code: object) -> str:
    """What is wrong with an area code; empty for none and for twelve digits."""
    text = str(code)
    return "" if not text or (len(text) == 12 and text.isdigit()) else "应是十二位数字，如 339900101203。"
