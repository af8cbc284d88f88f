"""What Tarn appended to tables of other engines, read by those engines."""

import json

from cell_text import row_texts
from engines import DeltaRs, Spark


def check_appended(folder, session):
    """Yields (name of check, problem or None)."""
    for table in json.loads((folder / "appended.json").read_text(encoding="utf-8")):
        reader = DeltaRs() if table["schema"] == "delta_rs" else Spark(session)
        name = f"{table['schema']} {table['name']} v{table['version']} after Tarn's append"
        try:
            yield name, compare(reader, folder / "lake" / "foreign" / table["schema"] / table["name"], table)
        except Exception as error:  # a crash of the reader is a failed check, told with its cause
            yield name, f"{type(error).__name__}: {str(error)[:300]}"


def compare(reader, path, table):
    columns = [(column["name"], column["type"]) for column in table["columns"]]
    found = row_texts(reader.read(path, table["version"]).to_pylist(), columns)
    wanted = sorted(table["rows"], key=lambda cells: json.dumps(cells, ensure_ascii=False))
    if found == wanted:
        return None
    different = [(w, f) for w, f in zip(wanted, found) if w != f][:1]
    return f"expected {len(wanted)} rows, found {len(found)}; first difference (expected, found): {different}"
