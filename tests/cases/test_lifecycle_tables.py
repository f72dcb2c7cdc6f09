"""The tables of lawful steps hold together: every word in them exists, every state can be left."""

from __future__ import annotations

import re

import pytest

from app.cases.lifecycle.engine import TABLES, next_steps, rules_of
from app.cases.lifecycle.petition import ACCUSATION_RULES
from app.cases.lifecycle.rule import ANY_STATE, OPEN_STATES, StepRule
from app.cases.lifecycle.withdrawal import DETAILS
from models.codes import CodeTables
from models.field import Kind, field_of
from models.tables import METADATA

RULES = [(kind, rule) for kind, rules in TABLES.items() for rule in rules]
RULES += [("accusation", rule) for rule in ACCUSATION_RULES]
EACH_RULE = pytest.mark.parametrize(
    ("kind", "rule"), RULES, ids=[f"{kind}-{rule.kind}" for kind, rule in RULES]
)


@EACH_RULE
def test_codes_exist(kind: str, rule: StepRule, codes: CodeTables) -> None:
    """Kinds and states are those of the code tables, and a button says what it does in Chinese."""
    assert codes.name_of("step_kind", rule.kind) != rule.kind
    for state in (*rule.from_states, *([rule.to_state] if rule.to_state else [])):
        assert state in ANY_STATE
        assert codes.name_of("case_state", state) != state
    assert re.fullmatch(r"[\u4e00-\u9fff（）]{2,12}", rule.verb)


@EACH_RULE
def test_forms_are_made_of_fields(kind: str, rule: StepRule) -> None:
    """Each field of a form is a described column of a table the step writes; what is required is in the form."""
    written = {"step", "case", "errand", "agreement"}
    if rule.detail is not None:
        written.add(rule.detail.__tablename__)
    for ref in (*rule.fields, *rule.defaults):
        table, column = ref.split(".")
        assert table in written
        described = field_of(METADATA.tables[table].c[column])
        assert described.label
        assert described.kind is not Kind.SYSTEM
    assert set(rule.required) <= set(rule.fields)
    assert "step.happened_on" in rule.required
    assert len(set(rule.fields)) == len(rule.fields)


@EACH_RULE
def test_details_can_be_withdrawn(kind: str, rule: StepRule) -> None:
    """Whatever row a step makes is taken back with it."""
    assert rule.detail is None or rule.detail in DETAILS


@pytest.mark.parametrize("kind", [*TABLES, "accusation"])
def test_no_state_is_a_dead_end(kind: str) -> None:
    """Every state that can be reached leads on to the end, and the end can be left where the law allows."""
    rules = ACCUSATION_RULES if kind == "accusation" else TABLES[kind]
    reached, grown = {"registered"}, True
    while grown:
        ahead = {rule.to_state for rule in rules for state in rule.from_states if state in reached}
        grown = not {state for state in ahead if state} <= reached
        reached |= {state for state in ahead if state}
    assert "closed" in reached
    for start in reached - {"closed"}:
        seen = {start}
        for _ in reached:
            seen |= {
                rule.to_state
                for rule in rules
                for state in rule.from_states
                if state in seen and rule.to_state and rule.kind != "reopen"
            }
        assert "closed" in seen, start


@pytest.mark.parametrize("kind", list(TABLES))
def test_one_rule_a_kind_and_state(kind: str) -> None:
    """A step of a kind means one thing in a state."""
    taken = [(rule.kind, state) for rule in TABLES[kind] for state in rule.from_states]
    assert len(taken) == len(set(taken))


@pytest.mark.parametrize("kind", list(TABLES))
@pytest.mark.parametrize("state", OPEN_STATES)
def test_main_steps_come_first(kind: str, state: str) -> None:
    """The buttons begin with what usually comes next."""
    flags = [one.main for one in next_steps(kind, state)]
    assert flags == sorted(flags, reverse=True)


@pytest.mark.parametrize("state", ANY_STATE)
@pytest.mark.parametrize("kind", list(TABLES))
def test_an_accusation_goes_only_to_the_organ(kind: str, state: str) -> None:
    """信访工作条例 第三十条: whatever kind it was entered as, it is handed on and nothing else."""
    offered = {one.kind for one in next_steps(kind, state, "accusation")}
    assert offered <= {"transfer", "return_transfer", "inform", "close"}
    assert rules_of(kind, "accusation") is ACCUSATION_RULES


@pytest.mark.parametrize("kind", ["dispute", "petition"])
def test_a_refusal_takes_mediation_away(kind: str) -> None:
    """人民调解法 第十七条: no step that mediates is offered; ending and referring still are."""
    for state in ("registered", "accepted", "mediating"):
        offered = {one.kind for one in next_steps(kind, state, refused=True)}
        assert not offered & {"mediate", "agree_written", "agree_oral"}
        assert offered
    if kind == "dispute":
        assert "accept" not in {one.kind for one in next_steps(kind, "registered", refused=True)}
        assert {"decline", "end_mediation"} <= {
            one.kind for one in next_steps(kind, "registered", refused=True)
        }
    else:
        assert "reply" in {one.kind for one in next_steps(kind, "accepted", refused=True)}
