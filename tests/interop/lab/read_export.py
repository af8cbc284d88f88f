"""Reads what `export-run.mjs` exported with delta-rs and compares row for row: python read_export.py <folder>."""

import datetime
import decimal
import json
import sys
import tempfile
import zipfile
from pathlib import Path

from deltalake import DeltaTable


def plain(value):
    """A value in the form in which the tab's JSON has it."""
    if isinstance(value, decimal.Decimal):
        return str(value)
    if isinstance(value, datetime.datetime):
        return value.astimezone(datetime.timezone.utc).isoformat()
    if isinstance(value, datetime.date):
        return value.isoformat()
    return value


def from_tab(value, type_name):
    if value is not None and type_name.startswith("timestamp"):
        return datetime.datetime.fromisoformat(value).isoformat()
    return value


def sort_rows(rows):
    return sorted(json.dumps(row, sort_keys=True, ensure_ascii=False) for row in rows)


def check_table(archive: Path) -> str:
    """What was compared; raises AssertionError when the engines disagree."""
    with tempfile.TemporaryDirectory() as folder:
        with zipfile.ZipFile(archive) as files:
            files.extractall(folder)
        root = next(Path(folder).rglob("_delta_log")).parent
        table = DeltaTable(str(root))
        data = table.to_pyarrow_table()
        types = {field.name: str(field.type) for field in data.schema}
        actual = sort_rows({name: plain(value) for name, value in row.items()} for row in data.to_pylist())
    shown = json.loads(archive.with_suffix(".json").read_text(encoding="utf-8"))
    expected = sort_rows({name: from_tab(value, types[name]) for name, value in row.items()} for row in shown)
    assert len(actual) == len(expected), f"delta-rs reads {len(actual)} rows, the tab {len(expected)}"
    for ours, theirs in zip(expected, actual):
        assert ours == theirs, f"the tab has {ours}, delta-rs has {theirs}"
    return f"{len(actual)} rows, {len(types)} columns, version {table.version()}"


def main() -> int:
    failed = 0
    archives = sorted(Path(sys.argv[1]).glob("*.zip"))
    for archive in archives:
        try:
            print(f"ok   {archive.stem}: {check_table(archive)}")
        except Exception as problem:  # each table is a check of its own
            failed += 1
            print(f"FAIL {archive.stem}: {problem}")
    print(f"{len(archives) - failed} of {len(archives)} tables of a run are the same in delta-rs")
    return 1 if failed or not archives else 0


if __name__ == "__main__":
    sys.exit(main())
