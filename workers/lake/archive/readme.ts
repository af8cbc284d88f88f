import type { Snapshot } from '../types.ts';

/** Beside the tables of a folder. */
export const README = 'README.txt';

/** How to open the saved tables elsewhere, with one of them as the example. */
export function writeReadme(tables: Pick<Snapshot, 'ref' | 'version'>[]): Blob {
  const lines = tables.map(
    ({ ref, version }) => `  ${ref.lab}/${ref.schema}/${ref.name}  (version ${version})`,
  );
  const first = tables[0]?.ref;
  const example = first ? `${first.lab}/${first.schema}/${first.name}` : 'lab/schema/table';
  return new Blob([
    `Tables of Tarn, each a folder in the Delta Lake format.

${lines.join('\n')}

Open one from this folder:

Spark (with delta-spark)
  spark.read.format("delta").load("${example}")
  spark.read.format("delta").option("versionAsOf", 0).load("${example}")

Python: delta-rs, pandas, Polars (pip install deltalake polars)
  from deltalake import DeltaTable
  DeltaTable("${example}").to_pandas()
  polars.read_delta("${example}")

DuckDB (on a computer, not in the browser)
  INSTALL delta; LOAD delta;
  SELECT * FROM delta_scan('./${example}');

Timestamps are UTC. Views are not saved: they are SQL, and their tables are here.
Save to this folder again and only what is new is written. Files of versions that were vacuumed in Tarn stay until you vacuum here.
`,
  ]);
}
