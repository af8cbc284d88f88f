/** What to do next to a table, and what it must hold afterwards. */
import type { Aim, Operation, OperationKind } from './operations.ts';
import type { Intent, TableJournal } from './journal.ts';
import type { Random } from './random.ts';
import type { Content, RowKey } from './rows.ts';

/** A table starts anew beyond this, so that reading all its versions stays quick. */
const MOST_VERSIONS = 30;
const MOST_ROWS = 4000;

type Recipe = (journal: TableJournal, random: Random) => Intent;

const recipes: Record<OperationKind, Recipe> = {
  create({ table, partitionColumns }) {
    const operation: Operation = { kind: 'create', table, partitionColumns, configuration: {} };
    return { operation, after: new Map() };
  },
  append(journal, random) {
    const rows = newRows(journal, random.integer(1, 700));
    const after = new Map([...journal.content, ...pairs(rows)]);
    return { operation: { kind: 'append', table: journal.table, rows }, after };
  },
  overwrite(journal, random) {
    const { table, partitionColumns } = journal;
    const rows = newRows(journal, random.integer(0, 1500));
    return { operation: { kind: 'overwrite', table, rows, partitionColumns }, after: new Map(pairs(rows)) };
  },
  drop({ table }) {
    return { operation: { kind: 'drop', table }, after: new Map() };
  },
};

/** The next operation on a table, by chance and by what the aim needs. */
export function chooseIntent(journal: TableJournal, random: Random, aim: Aim | null): Intent {
  return recipes[chooseKind(journal, random, aim)](journal, random);
}

function chooseKind(journal: TableJournal, random: Random, aim: Aim | null): OperationKind {
  if (journal.version < 0) return random.weigh({ create: 1, overwrite: 1 });
  if (journal.version >= MOST_VERSIONS) return 'drop';
  if (journal.content.size > MOST_ROWS) return 'overwrite';
  if (aim?.step === 'remove' || aim?.step === 'removed') return random.weigh({ drop: 1, append: 1 });
  return random.weigh({ append: 10, overwrite: 3, drop: 0.3 });
}

function newRows(journal: TableJournal, count: number): RowKey[] {
  const rows = Array.from({ length: count }, (_, index) => ({ id: journal.nextId + index, revision: 0 }));
  journal.nextId += count;
  return rows;
}

function pairs(rows: RowKey[]): Content {
  return new Map(rows.map(({ id, revision }) => [id, revision]));
}
