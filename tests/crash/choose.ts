/** What to do next to a table, and what it must hold afterwards. */
import type { Aim, Operation, OperationKind } from './operations.ts';
import type { Intent, TableJournal } from './journal.ts';
import type { Random } from './random.ts';
import { type Content, REGIONS, type RowKey } from './rows.ts';

/** A table starts anew beyond this, so that reading all its versions stays quick. */
const MOST_VERSIONS = 40;
const MOST_ROWS = 4000;

/** How often each is chosen where nothing else decides. */
const ALWAYS = {
  append: 8,
  overwrite: 3,
  delete: 3,
  merge: 3,
  replaceWhere: 2,
  restore: 3,
  optimize: 2,
  vacuum: 2,
  drop: 0.3,
};

type Recipe = (journal: TableJournal, random: Random) => Intent;

const recipes: Record<Exclude<OperationKind, 'repair'>, Recipe> = {
  create: ({ table, partitionColumns, configuration }) =>
    intend({ kind: 'create', table, partitionColumns, configuration }, new Map()),
  append(journal, random) {
    const rows = newRows(journal, random.integer(1, 700));
    return intend({ kind: 'append', table: journal.table, rows }, [...journal.content, ...pairs(rows)]);
  },
  overwrite(journal, random) {
    const { table, partitionColumns } = journal;
    const rows = newRows(journal, random.integer(0, 1500));
    return intend({ kind: 'overwrite', table, rows, partitionColumns }, pairs(rows));
  },
  drop: ({ table }) => intend({ kind: 'drop', table }, []),
  restore(journal, random) {
    const version = random.pick(journal.restorable);
    return intend({ kind: 'restore', table: journal.table, version }, journal.versions[version] ?? []);
  },
  delete({ table, content }, random) {
    const modulus = random.integer(2, 9);
    const rest = random.integer(0, modulus - 1);
    return intend(
      { kind: 'delete', table, modulus, rest },
      [...content].filter(([id]) => id % modulus !== rest),
    );
  },
  merge(journal, random) {
    const known = [...journal.content].filter(() => random.next() < 0.3);
    const changed = known.map(([id, revision]) => ({ id, revision: revision + 1 }));
    const rows = [...changed, ...newRows(journal, random.integer(1, 200))];
    return intend({ kind: 'merge', table: journal.table, rows }, [...journal.content, ...pairs(rows)]);
  },
  replaceWhere(journal, random) {
    const rest = random.integer(0, 3);
    const rows = newRows(journal, random.integer(1, 200), [rest]);
    const region = REGIONS[rest] ?? '';
    return intend({ kind: 'replaceWhere', table: journal.table, region, rows }, [
      ...without(journal.content, [rest]),
      ...pairs(rows),
    ]);
  },
  replacePartitions(journal, random) {
    const rests = [random.integer(0, 2), random.integer(3, 4)];
    const rows = newRows(journal, random.integer(2, 300), rests);
    return intend({ kind: 'replacePartitions', table: journal.table, rows }, [
      ...without(journal.content, rests),
      ...pairs(rows),
    ]);
  },
  optimize: ({ table, content }) => intend({ kind: 'optimize', table }, content),
  vacuum({ table, content }) {
    // Its start and its end are commits.
    return { ...intend({ kind: 'vacuum', table, dryRun: false }, content), commits: 2 };
  },
};

/** The next operation on a table: of this kind, or by chance and by what the aim needs. */
export function chooseIntent(
  journal: TableJournal,
  random: Random,
  aim: Aim | null,
  kind: keyof typeof recipes = chooseKind(journal, random, aim),
): Intent {
  return recipes[kind](journal, random);
}

function chooseKind(journal: TableJournal, random: Random, aim: Aim | null): keyof typeof recipes {
  if (journal.version < 0) return random.weigh({ create: 3, overwrite: 1 });
  if (journal.version >= MOST_VERSIONS) return 'drop';
  if (journal.content.size > MOST_ROWS) return random.weigh({ delete: 1, overwrite: 1 });
  const removes = aim?.step === 'remove' || aim?.step === 'removed';
  if (removes && aim.file === 'data') return random.weigh({ vacuum: 2, overwrite: 2, drop: 1 });
  if (removes && aim.file === 'commit') return random.weigh({ append: 1, drop: 1 });
  if (aim?.step === 'forget' || aim?.step === 'forgotten') return random.weigh({ append: 1, drop: 1 });
  if (aim?.file === 'checkpoint' || aim?.file === 'hint') return 'append';
  return random.weigh({
    ...ALWAYS,
    ...(journal.partitionColumns.length > 0 ? { replacePartitions: 2 } : {}),
  });
}

function intend(operation: Operation, after: Iterable<[number, number]>): Intent {
  return { operation, after: new Map(after), commits: 1, mayLose: [] };
}

/** Rows with ids that were never used; with `rests` only of those regions, all of them. */
function newRows(journal: TableJournal, count: number, rests?: number[]): RowKey[] {
  const rows: RowKey[] = [];
  for (; rows.length < count; journal.nextId += 1) {
    const id = journal.nextId;
    if (!rests || rests.includes(id % REGIONS.length)) rows.push({ id, revision: 0 });
  }
  return rows;
}

/** The content without the rows of these regions. */
function without(content: Content, rests: number[]): [number, number][] {
  return [...content].filter(([id]) => !rests.includes(id % REGIONS.length));
}

function pairs(rows: RowKey[]): Content {
  return new Map(rows.map(({ id, revision }) => [id, revision]));
}
