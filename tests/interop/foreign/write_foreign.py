"""Writes the cases below `<folder>/lake/foreign/`, and what they hold, as their own writers read it, to `<folder>/foreign.json`."""

import json
import sys
import traceback
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "lake"))

from cases import DELTA_RS, REFUSED, SPARK  # noqa: E402
from cell_text import row_texts  # noqa: E402
from engines import DeltaRs, Spark  # noqa: E402


def write_foreign(folder, session):
    import deltalake

    written = []
    if session is not None:
        for case in SPARK:
            written.append(write_case(folder, case, session, Spark(session), spark_columns(session)))
        for case, feature in REFUSED.items():
            path = place(folder, "spark", case)
            case(session, str(path))
            written.append({"schema": "spark", "name": path.name, "refused": feature, "versions": []})
    for case in DELTA_RS:
        written.append(write_case(folder, case, deltalake, DeltaRs(), rs_columns))
    (folder / "foreign.json").write_text(json.dumps(written, ensure_ascii=False), encoding="utf-8")
    return written


def write_case(folder, case, writer, reader, columns_of):
    schema = "spark" if reader.name == "Spark" else "delta_rs"
    path = place(folder, schema, case)
    try:
        case(writer, str(path))
    except Exception as error:  # a case its own engine cannot write is a fault of the case: told, not hidden
        traceback.print_exc()
        return {"schema": schema, "name": path.name, "broken": str(error)[:300], "versions": []}
    versions = [describe(path, version, reader, columns_of) for version in readable_versions(path, reader)]
    return {"schema": schema, "name": path.name, "refused": None, "versions": versions}


def describe(path, version, reader, columns_of):
    columns = columns_of(path, version)
    rows = reader.read(path, version).to_pylist()
    return {"version": version, "columns": columns, "rows": row_texts(rows, [(c["name"], c["type"]) for c in columns])}


def readable_versions(path, reader):
    """Versions whose log and files are there: the first, some between and the last, as the writer sees them."""
    names = [entry.name for entry in (path / "_delta_log").iterdir()]
    commits = sorted(int(name[:20]) for name in names if name.endswith(".json") and name[:20].isdigit() and len(name) == 25)
    found = []
    for version in commits:
        try:
            reader.read(path, version)
            found.append(version)
        except Exception:  # vacuumed or cleaned up: no engine reads it
            continue
    return found if len(found) <= 6 else [*found[:2], *found[-4:]]


def spark_columns(session):
    def columns(path, version):
        frame = session.read.format("delta").option("versionAsOf", version).load(str(path))
        return json.loads(frame.schema.json())["fields"]

    return columns


def rs_columns(path, version):
    import deltalake

    return json.loads(deltalake.DeltaTable(str(path), version=version).schema().to_json())["fields"]


def place(folder, schema, case):
    path = folder / "lake" / "foreign" / schema / case.__name__.removeprefix("rs_")
    path.parent.mkdir(parents=True, exist_ok=True)
    return path
