"""Other people's engines over Tarn's tables, and the other way round: python tests/interop/run.py <step> <folder> <ivy folder>.

read      reads the tables that `node tests/interop/write.mjs <folder>/tables` wrote
foreign   reads those, then writes tables for Tarn into <folder>/foreign
appended  reads what Tarn appended to them

Needs `pip install -r tests/interop/requirements.txt`; without Java or Maven packages Spark is left out, with a line that says so.
Prints a line per check; ends with status 1 when one fails.
"""

import json
import sys
from pathlib import Path

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE / "lake"), str(HERE / "foreign")]

from engines import DeltaRs, Polars, Spark, start_spark  # noqa: E402
from read_appended import check_appended  # noqa: E402
from read_tables import check_tables  # noqa: E402
from write_foreign import write_foreign  # noqa: E402


def main() -> int:
    if len(sys.argv) != 4:
        print(__doc__)
        return 2
    step, folder, ivy = sys.argv[1], Path(sys.argv[2]), sys.argv[3]
    session, why_not = start_spark(folder, **{"spark.jars.ivy": ivy})
    if why_not:
        print(f"SKIPPED Spark: {why_not}")
    checks = check_appended(folder / "foreign", session) if step == "appended" else read_ours(folder / "tables", session)
    failed = report(checks)
    if step == "foreign":
        (folder / "foreign").mkdir()
        write_foreign(folder / "foreign", session)
    return 1 if failed else 0


def read_ours(folder, session):
    engines = [DeltaRs(), Polars(), *([Spark(session)] if session else [])]
    return check_tables(folder, json.loads((folder / "expected.json").read_text(encoding="utf-8")), engines)


def report(checks) -> int:
    failed = 0
    checked = 0
    for name, problem in checks:
        checked += 1
        failed += problem is not None
        print(f"{'ok  ' if problem is None else 'FAIL'} {name}{'' if problem is None else ': ' + problem}", flush=True)
    print(f"{checked - failed} of {checked} checks passed")
    return failed if checked else 1


if __name__ == "__main__":
    sys.exit(main())
