import type { TableProblem } from '../../workers/api.ts';
import { makeTable, type FakeTable } from './fake-tables.ts';

const PROBLEMS: Record<string, TableProblem> = {
  'silver.accounts': {
    kind: 'log',
    readable: false,
    message:
      'silver.accounts: _delta_log/00000000000000000004.json ends in the middle of line 3 (expected a JSON object, found the end of the file after 212 of 1,804 bytes). Versions 0 to 3 are complete.',
    repairs: [
      {
        kind: 'truncateLog',
        version: 3,
        explain:
          'The broken entry 4 is deleted and version 3 becomes the current one. Rows that only version 4 had are lost.',
      },
    ],
  },
  'silver.cards': {
    kind: 'data',
    readable: true,
    message:
      'silver.cards: 1 of 9 data files is missing: part-00003-5f0c1e2a.zstd.parquet (1.2 MiB, 20,833 rows). Queries that touch it fail.',
    repairs: [
      {
        kind: 'restore',
        version: 2,
        explain:
          'Version 2 does not need the missing file: it becomes the current one. What came after is kept in the history.',
      },
      {
        kind: 'forgetFiles',
        version: null,
        explain:
          'The missing file is taken out of the table in a new commit. Its 20,833 rows are lost; all others stay.',
      },
    ],
  },
  'gold.limits': {
    kind: 'unsupported',
    readable: false,
    message:
      'gold.limits needs the reader feature deletionVectors, which Tarn cannot read. Rewrite it with its own engine (REORG TABLE ... APPLY (PURGE)) and bring it again.',
    repairs: [],
  },
  'gold.balances': {
    kind: 'rolledBack',
    readable: true,
    message:
      'gold.balances was at version 6 when the power went; the disk holds version 4. Commits 5 and 6 are gone, and with them 1,204 rows.',
    repairs: [
      {
        kind: 'accept',
        version: 4,
        explain: 'Version 4 counts as the current one from now on. Nothing else changes.',
      },
    ],
  },
};

/** One table for each kind of damage. */
export function makeBrokenTables(): FakeTable[] {
  return Object.entries(PROBLEMS).map(([name, problem]) => ({ ...makeTable(name, 180_000), problem }));
}
