"""One text per value, the same in Python and TypeScript (`cell-text.ts`), so that rows can be compared digit for digit."""

import json
import struct
from datetime import date, datetime, timezone
from decimal import Decimal


def row_texts(rows, columns):
    """Rows (dicts) as sorted lists of texts, in the order of `columns`: [(name, Delta type)]."""
    texts = [[text_of(row[name], kind) for name, kind in columns] for row in rows]
    return sorted(texts, key=lambda cells: json.dumps(cells, ensure_ascii=False))


def text_of(value, kind):
    if value is None:
        return None
    if isinstance(kind, dict):
        return json.dumps(nested(value, kind), ensure_ascii=False, separators=(",", ":"))
    if kind == "boolean":
        return "true" if value else "false"
    if kind == "binary":
        return bytes(value).hex()
    if kind == "double":
        return struct.pack(">d", value).hex()
    if kind == "float":
        return struct.pack(">f", value).hex()
    if kind.startswith("decimal"):
        scale = int(kind[:-1].split(",")[1])
        return f"{Decimal(value):.{scale}f}"
    if isinstance(value, datetime):
        if value.tzinfo is not None:
            value = value.astimezone(timezone.utc).replace(tzinfo=None)
        return value.isoformat(timespec="microseconds") + ("Z" if kind == "timestamp" else "")
    return value.isoformat() if isinstance(value, date) else str(value)


def nested(value, kind):
    """Structs as lists of cells, arrays as lists, maps as lists of pairs."""
    if value is None:
        return None
    if not isinstance(kind, dict):
        return text_of(value, kind)
    if kind["type"] == "struct":
        return [nested(value[field["name"]], field["type"]) for field in kind["fields"]]
    if kind["type"] == "array":
        return [nested(item, kind["elementType"]) for item in value]
    pairs = value.items() if isinstance(value, dict) else value
    return [[nested(key, kind["keyType"]), nested(item, kind["valueType"])] for key, item in pairs]
