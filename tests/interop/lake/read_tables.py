"""What another engine must find in our tables: rows, types, versions, statistics, file layout."""

import hashlib
import json
import math
import re
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path
from urllib.parse import unquote

import pyarrow as pa
import pyarrow.parquet as pq
from deltalake import DeltaTable

ARROW_TYPES = {
    "string": "string",
    "long": "int64",
    "integer": "int32",
    "short": "int16",
    "byte": "int8",
    "double": "double",
    "float": "float",
    "boolean": "bool",
    "date": "date32[day]",
    "timestamp": "timestamp[us, tz=UTC]",
    "timestamp_ntz": "timestamp[us]",
    "binary": "binary",
}


def check_tables(folder, expected, engines):
    """Yields (name of check, problem or None): rows and types by every engine, the rest by delta-rs."""
    for table in expected:
        path = folder / table["path"]
        name = path.name
        for version in table["versions"]:
            label = f"{name} v{version['version']}"
            for engine in engines:
                yield from attempt(f"{label} {engine.name}", lambda: check_version(engine, path, version))
            yield from attempt(f"{label} numRecords", lambda: check_num_records(path, version))
        yield from attempt(f"{name} history", lambda: check_history(path, table))
        for add in adds(path):
            yield from attempt(f"{name} {add['path'][:10]} file", lambda: check_file(path, table, add))
            yield from attempt(f"{name} {add['path'][:10]} statistics", lambda: check_stats(path, add))


def attempt(name, check):
    try:
        yield name, check()
    except Exception as error:  # a crash of the reader is a failed check, told with its cause
        yield name, f"{type(error).__name__}: {error}"


def arrow_type(delta_type):
    match = re.fullmatch(r"decimal\((\d+),(\d+)\)", delta_type)
    return f"decimal128({match[1]}, {match[2]})" if match else ARROW_TYPES[delta_type]


def check_version(engine, path, version):
    table = engine.read(path, version["version"])
    return check_types(table, version) or check_rows(table, version, partition_columns(path))


def check_types(table, version):
    found = {field.name: str(field.type).replace("large_", "") for field in table.schema}
    wanted = {column["name"]: arrow_type(column["type"]) for column in version["columns"]}
    return None if list(found.items()) == list(wanted.items()) else f"expected {wanted}, found {found}"


def check_rows(table, version, keys):
    names = [column["name"] for column in version["columns"]]
    types = [column["type"] for column in version["columns"]]
    found = sorted(repr([canonical(row[name]) for name in names]) for row in table.to_pylist())
    wanted = sorted(
        repr([canonical(parse(cell, kind, name in keys)) for cell, kind, name in zip(row, types, names)])
        for row in version["rows"]
    )
    if found == wanted:
        return None
    different = [(w, f) for w, f in zip(wanted, found) if w != f][:1]
    return f"expected {len(wanted)} rows, found {len(found)}; first difference (expected, found): {different}"


def check_num_records(path, version):
    actions = pa.table(DeltaTable(str(path), version=version["version"]).get_add_actions(flatten=True))
    found = sum(value or 0 for value in actions["num_records"].to_pylist()) if actions.num_rows else 0
    return None if found == len(version["rows"]) else f"expected {len(version['rows'])}, found {found}"


def check_history(path, table):
    found = [entry["operation"] for entry in DeltaTable(str(path)).history()]
    return None if len(found) == table["commits"] and all(found) else f"expected {table['commits']}, found {found}"


def check_file(path, table, add):
    file = path / unquote(add["path"])
    content = file.read_bytes()
    if len(content) != add["size"]:
        return f"size {add['size']} in the log, {len(content)} on disk"
    if hashlib.sha256(content).hexdigest() != add["tags"]["sha256"]:
        return "the checksum in the log is wrong"
    schema = pq.read_schema(file)
    stored = [name for name in table["partitionColumns"] if name in schema.names]
    if stored:
        return f"partition columns {stored} are in the file"
    if set(add["partitionValues"]) != set(table["partitionColumns"]):
        return f"partition values {add['partitionValues']}"
    return check_parquet_types(file, add)


def check_parquet_types(file, add):
    """Delta asks for microseconds adjusted to UTC, and decimals as small as they fit."""
    schema = pq.ParquetFile(file).schema
    naive = "naive" in str(file)
    for index in range(len(schema)):
        column = schema.column(index)
        kind = str(column.logical_type)
        if "Timestamp" in kind and (f"isAdjustedToUTC={'false' if naive else 'true'}" not in kind or "microseconds" not in kind):
            return f"{column.name} is {kind}"
        if kind.startswith("Decimal"):
            precision = int(re.search(r"precision=(\d+)", kind)[1])
            wanted = "INT32" if precision <= 9 else "INT64" if precision <= 18 else "FIXED_LEN_BYTE_ARRAY"
            if column.physical_type != wanted:
                return f"{column.name} is {column.physical_type}, expected {wanted}"
    return None


def check_stats(path, add):
    """Bounds and counts in the log against the file's own values."""
    stats = json.loads(add["stats"], parse_float=Decimal)
    table = pq.read_table(path / unquote(add["path"]))
    if stats["numRecords"] != table.num_rows:
        return f"numRecords {stats['numRecords']}, expected {table.num_rows}"
    if list(stats["nullCount"]) != table.schema.names[:32]:
        return f"statistics of {list(stats['nullCount'])}"
    for field in table.schema:
        if field.name not in stats["nullCount"]:
            continue
        values = table[field.name].to_pylist()
        problem = check_column(field, values, stats)
        if problem:
            return f"column {field.name}: {problem}"
    return None


def check_column(field, values, stats):
    present = [value for value in values if value is not None]
    if stats["nullCount"][field.name] != len(values) - len(present):
        return f"nullCount {stats['nullCount'][field.name]}"
    low, high = stats["minValues"].get(field.name), stats["maxValues"].get(field.name)
    unbounded = not present or pa.types.is_boolean(field.type) or pa.types.is_binary(field.type)
    if pa.types.is_floating(field.type) and any(not math.isfinite(value) for value in present):
        unbounded = True
    if unbounded:
        return None if low is None and high is None else f"has bounds {low} and {high}, expected none"
    return check_bounds(field.type, present, low, high)


def check_bounds(kind, present, low, high):
    if pa.types.is_timestamp(kind):
        return None if in_milliseconds(min(present), low, high) and in_milliseconds(max(present), low, high, True) else f"{low}..{high}"
    if pa.types.is_string(kind):
        exact = all(len(value.encode("utf-16-le")) // 2 <= 32 for value in present)
        ordered = sorted(present, key=lambda value: value.encode())
        fits = low.encode() <= ordered[0].encode() and ordered[-1].encode() <= high.encode()
        return None if fits and (not exact or (low, high) == (ordered[0], ordered[-1])) else f"{low!r}..{high!r}"
    wanted = (min(present), max(present))
    if pa.types.is_date(kind):
        found = (date.fromisoformat(low), date.fromisoformat(high))
    elif pa.types.is_floating(kind):
        found = (float(low), float(high))
    else:
        found = (low, high)
    return None if found == wanted else f"expected {wanted}, found {found}"


def in_milliseconds(value, low, high, greatest=False):
    """Whether the bound is the value rounded outwards to a millisecond."""
    below = value - timedelta(microseconds=value.microsecond % 1000)
    text = high if greatest else low
    if text is None:
        return value > datetime(9999, 12, 31, 23, 59, 59, 999000, tzinfo=value.tzinfo)
    found = datetime.fromisoformat(text.rstrip("Z") + "000").replace(tzinfo=value.tzinfo)
    return found == (below if not greatest or below == value else below + timedelta(milliseconds=1))


def adds(path):
    """Add actions of the files that are still there: vacuum deletes those that left the table."""
    for commit in sorted((path / "_delta_log").glob("*.json")):
        for line in commit.read_text(encoding="utf-8").splitlines():
            action = json.loads(line)
            if "add" in action and (path / unquote(action["add"]["path"])).exists():
                yield action["add"]


def partition_columns(path):
    return DeltaTable(str(path)).metadata().partition_columns


def parse(cell, kind, partition):
    if cell is None or (partition and cell == ""):
        return None
    if kind == "boolean":
        return cell == "true"
    if kind == "binary":
        return bytes.fromhex(cell)
    if kind in ("long", "integer", "short", "byte"):
        return int(cell)
    if kind in ("double", "float"):
        return float(cell)
    if kind.startswith("decimal"):
        return Decimal(cell)
    if kind == "date":
        return date.fromisoformat(cell)
    if kind == "timestamp":
        return datetime.fromisoformat(cell.replace("Z", "+00:00"))
    if kind == "timestamp_ntz":
        return datetime.fromisoformat(cell)
    return cell


def canonical(value):
    """One text per value: signed zero and NaN told apart, decimals with all digits, instants in UTC."""
    if isinstance(value, datetime) and value.tzinfo is not None:
        return value.astimezone(timezone.utc).replace(tzinfo=None).isoformat() + "Z"
    if isinstance(value, Decimal):
        return f"decimal {value.normalize():f}" if abs(value) < 10**9 else f"decimal {value:f}"
    return repr(value)
