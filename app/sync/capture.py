"""Change capture: SQL triggers, generated from the models, that write the operation log.

Whatever changes a synced row (the ORM, a bulk statement, plain SQL) leaves one row in ``operation`` in the
same transaction, so that a row and its operation are there together or not at all. The triggers call three
SQL functions that the store registers on each connection: ``capture_on()`` (false while the county's
changes are applied), ``op_actor()`` (16 bytes or NULL) and ``op_time()`` (moment text). A tool without them
cannot write.
"""

from __future__ import annotations

from sqlalchemy import MetaData, Table

from app.sync.wire_values import ONLY_AT_INSERT, WireColumn, WireKind, wire_columns
from models.base import synced_tables

_OPERATION = "operation"
_STATE = "sync_state"


def capture_statements(metadata: MetaData) -> list[str]:
    """The statements that drop and make anew the triggers of every synced table, in the order to be run."""
    return [statement for table in synced_tables(metadata) for statement in _table_statements(table)]


def trigger_names(table: Table) -> list[str]:
    """The names of one table's triggers."""
    return [f"capture_{table.name}_{event}" for event in ("insert", "update", "identity", "delete")]


def _table_statements(table: Table) -> list[str]:
    columns = wire_columns(table)
    insert, update, identity, delete = trigger_names(table)
    on_table = _name(table.name)
    changing = [column for column in columns if column.name not in ONLY_AT_INSERT]
    differs = " OR ".join(f"{_old(column)} IS NOT {_new(column)}" for column in changing)
    fixed = " OR ".join(
        f"OLD.{_name(name)} IS NOT NEW.{_name(name)}" for name in ("id", *sorted(ONLY_AT_INSERT))
    )
    inserted = _log(table, "insert", [_insert_part(column) for column in columns], "0")
    updated = _log(table, "update", [_update_part(column) for column in changing], "OLD.revision")
    kept = "SELECT RAISE(ABORT, 'a synced row keeps its id and its creation');"
    stays = "SELECT RAISE(ABORT, 'a synced row is withdrawn, never deleted');"
    return [
        *(f"DROP TRIGGER IF EXISTS {_name(name)}" for name in trigger_names(table)),
        _trigger(insert, f"AFTER INSERT ON {on_table}", "capture_on()", inserted),
        _trigger(update, f"AFTER UPDATE ON {on_table}", f"capture_on() AND ({differs})", updated),
        _trigger(identity, f"BEFORE UPDATE ON {on_table}", f"({fixed}) AND capture_on()", kept),
        _trigger(delete, f"BEFORE DELETE ON {on_table}", "capture_on()", stays),
    ]


def _trigger(name: str, event: str, condition: str, body: str) -> str:
    return f"CREATE TRIGGER {_name(name)} {event} WHEN {condition} BEGIN {body} END"


def _log(table: Table, kind: str, parts: list[str], base_revision: str) -> str:
    # A store is founded in one transaction; until its sync_state row is written the first incarnation is 1.
    incarnation = f"coalesce((SELECT incarnation FROM {_STATE} ORDER BY local_id LIMIT 1), 1)"
    return (
        f"INSERT INTO {_OPERATION} "
        "(incarnation, n, table_name, row_id, kind, changes, base_revision, actor_id, made_at) "
        f"SELECT i, coalesce((SELECT max(n) FROM {_OPERATION} WHERE incarnation = i), 0) + 1, "
        f"'{table.name}', NEW.id, '{kind}', '{{' || substr({' || '.join(parts)}, 2) || '}}', "
        f"{base_revision}, op_actor(), op_time() FROM (SELECT {incarnation} AS i);"
    )


def _insert_part(column: WireColumn) -> str:
    pair = f"',{_key(column)}:[null,' || {_json(_new(column), column)} || ']'"
    zero = column.zero
    if zero is ...:
        return pair
    literal = "NULL" if zero is None else "''" if zero == "" else "0"
    return f"CASE WHEN {_new(column)} IS NOT {literal} THEN {pair} ELSE '' END"


def _update_part(column: WireColumn) -> str:
    old, new = _json(_old(column), column), _json(_new(column), column)
    return (
        f"CASE WHEN {_old(column)} IS NOT {_new(column)} "
        f"THEN ',{_key(column)}:[' || {old} || ',' || {new} || ']' ELSE '' END"
    )


def _json(value: str, column: WireColumn) -> str:
    if column.kind in (WireKind.ROW, WireKind.BYTES):
        return f"CASE WHEN {value} IS NULL THEN 'null' ELSE '\"' || lower(hex({value})) || '\"' END"
    if column.kind is WireKind.YES_NO:
        return f"CASE WHEN {value} IS NULL THEN 'null' WHEN {value} THEN 'true' ELSE 'false' END"
    return f"json_quote({value})"


def _key(column: WireColumn) -> str:
    return f'"{column.name}"'


def _old(column: WireColumn) -> str:
    return f"OLD.{_name(column.name)}"


def _new(column: WireColumn) -> str:
    return f"NEW.{_name(column.name)}"


def _name(name: str) -> str:
    return f'"{name}"'
