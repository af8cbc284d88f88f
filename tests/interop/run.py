"""Reads the tables that `node tests/interop/write.mjs <folder>` wrote, with delta-rs: python tests/interop/run.py <folder>.

Needs `pip install deltalake pyarrow`. Prints a line per check; ends with status 1 when one fails.
"""

import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent / "lake"))

from read_tables import check_tables  # noqa: E402


def main() -> int:
    if len(sys.argv) != 2:
        print(__doc__)
        return 2
    folder = Path(sys.argv[1])
    expected = json.loads((folder / "expected.json").read_text(encoding="utf-8"))
    failed = 0
    checked = 0
    for name, problem in check_tables(folder, expected):
        checked += 1
        failed += problem is not None
        print(f"{'ok  ' if problem is None else 'FAIL'} {name}{'' if problem is None else ': ' + problem}")
    print(f"{checked - failed} of {checked} checks passed")
    return 1 if failed or checked == 0 else 0


if __name__ == "__main__":
    sys.exit(main())
