/** Compares what is in the lake after a kill with what was promised before it. */
import type { TableReading, VersionReading } from './operations.ts';
import type { TableJournal } from './journal.ts';
import { type Content, expectedChecksum } from './rows.ts';
import type { Subject } from './subject.ts';

/**
 * Reads all of a table, settles what became of its operation under way, and says what is wrong; nothing, if all is well.
 * The journal holds afterwards what the lake holds.
 */
export async function verifyTable(subject: Subject, journal: TableJournal): Promise<string[]> {
  const reading = await subject.call('read', journal.table);
  journal.isTouched = false;
  const problems = [...settleIntent(journal, reading), ...compareVersions(journal, reading)];
  if (reading.lost)
    problems.push(`commits ${reading.lost.first} to ${reading.lost.last} are said to be lost`);
  return problems.map((problem) => `${journal.table.name}: ${problem}`);
}

/**
 * What killed writers left that should not be there any more, or should never have been. A browser may release the locks of a dead
 * tab late: then the next one to open the store is not alone and leaves temporary files to the one after it.
 */
export async function verifyDisk(subject: Subject, reopen: () => Promise<void>): Promise<string[]> {
  let { temporaries, tornCommits } = await subject.call('disk');
  if (temporaries.length > 0) {
    await subject.kill('worker');
    await new Promise((resolve) => setTimeout(resolve, 500));
    await reopen();
    ({ temporaries, tornCommits } = await subject.call('disk'));
  }
  return [
    ...temporaries.map((path) => `a temporary file is left after the store was opened twice: ${path}`),
    ...tornCommits.map((path) => `a torn commit: ${path}`),
  ];
}

/** Vacuums with no retention: then there is no data file but those of the newest version, and all that is promised can be read. */
export async function verifyVacuum(
  subject: Subject,
  journal: TableJournal,
  vacuum: () => Promise<string[]>,
): Promise<{ problems: string[]; orphans: number }> {
  const before = await subject.call('folder', journal.table);
  const problems = await vacuum();
  const { former, orphans } = await subject.call('folder', journal.table);
  for (const path of orphans) problems.push(`${path} is named by no commit and is left after a vacuum`);
  for (const path of former) problems.push(`${path} is of no version any more and is left after a vacuum`);
  problems.push(...(await verifyTable(subject, journal)));
  return { problems, orphans: before.orphans.length };
}

function settleIntent(journal: TableJournal, { version }: TableReading): string[] {
  const { intent, version: before } = journal;
  journal.intent = null;
  if (!intent) return version === before ? [] : [`version is ${version}, acknowledged was ${before}`];
  const { operation, after, commits, mayLose } = intent;
  const what = `${operation.kind} on version ${before} left version ${version}`;
  if (operation.kind === 'drop') {
    // The mark comes first: what is left is the table as it was, or nothing.
    if (version !== before && version !== -1) return [what];
    journal.truncate(version);
    return [];
  }
  for (const lost of mayLose) journal.gone.add(lost);
  if (version < before || version > before + commits) return [what];
  journal.extend(after, version - before);
  return [];
}

function compareVersions(journal: TableJournal, { versions }: TableReading): string[] {
  if (journal.forgetful) {
    const oldest = versions.findIndex((reading) => !('error' in reading));
    for (let version = 0; version < oldest; version += 1) journal.gone.add(version);
  }
  return journal.versions.flatMap((content, version) => {
    const reading = versions[version];
    if (journal.gone.has(version) && (!reading || 'error' in reading)) return [];
    const problem = compareVersion(content, reading);
    return problem ? [`version ${version}: ${problem}`] : [];
  });
}

function compareVersion(content: Content, reading: VersionReading | undefined): string | undefined {
  if (!reading) return 'it was acknowledged and is not there';
  if ('error' in reading) return reading.error;
  const expected = expectedChecksum(content);
  if (reading.rows !== expected.rows) return `expected ${expected.rows} rows, found ${reading.rows}`;
  return reading.sum === expected.sum ? undefined : `${reading.rows} rows as expected, but of other content`;
}
