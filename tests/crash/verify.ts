/** Compares what is in the lake after a kill with what was promised before it. */
import type { TableReading, VersionReading } from './operations.ts';
import type { TableJournal } from './journal.ts';
import { type Content, expectedChecksum } from './rows.ts';
import type { Subject } from './subject.ts';

/** Temporary names of the store, and of the browser's own writers. */
const TEMPORARY = /(^|\/)(\.tmp-[^/]*|[^/]*\.crswap)$/;

/**
 * Reads all of a table, settles what became of its operation under way, and says what is wrong; nothing, if all is well.
 * The journal holds afterwards what the lake holds.
 */
export async function verifyTable(subject: Subject, journal: TableJournal): Promise<string[]> {
  const reading = await subject.call('read', journal.table, 0);
  return [...settleIntent(journal, reading), ...compareVersions(journal, reading)];
}

/** Names that killed writers left and that nobody will ever ask for again. */
export async function findTemporaries(subject: Subject): Promise<string[]> {
  const files = await subject.call('files');
  const left = files.filter(({ path }) => TEMPORARY.test(path)).map(({ path }) => path);
  return left.length > 0 ? [`temporary files are left after the store was opened: ${left.join(', ')}`] : [];
}

function settleIntent(journal: TableJournal, { version }: TableReading): string[] {
  const { intent } = journal;
  const before = journal.version;
  journal.intent = null;
  if (!intent) return version === before ? [] : [`version is ${version}, acknowledged was ${before}`];
  const what = `${intent.operation.kind} on version ${before}`;
  if (intent.operation.kind === 'drop') {
    // Commits go newest first: what is left is the table as it was, or nothing.
    if (version > before) return [`${what} left version ${version}`];
    journal.versions.length = version + 1;
    return [];
  }
  if (version === before) return [];
  if (version !== before + 1) return [`${what} left version ${version}`];
  journal.versions.push(intent.after);
  return [];
}

function compareVersions(journal: TableJournal, { versions }: TableReading): string[] {
  return journal.versions.flatMap((content, version) => {
    const problem = compareVersion(content, versions[version]);
    return problem ? [`version ${version} of ${journal.table.name}: ${problem}`] : [];
  });
}

function compareVersion(content: Content, reading: VersionReading | undefined): string | undefined {
  if (!reading) return 'it was acknowledged and is not there';
  if ('error' in reading) return reading.error;
  const expected = expectedChecksum(content);
  if (reading.rows !== expected.rows) return `expected ${expected.rows} rows, found ${reading.rows}`;
  return reading.sum === expected.sum ? undefined : `${reading.rows} rows as expected, but of other content`;
}
