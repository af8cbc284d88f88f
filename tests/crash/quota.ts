/** A quota that is reached in the middle of a write: said clearly, nothing is harmed, and work goes on once there is room. */
import { TableJournal } from './journal.ts';
import { chooseIntent } from './choose.ts';
import { Random } from './random.ts';
import type { ScenarioOutcome } from './trouble.ts';
import type { Subject } from './subject.ts';
import { verifyDisk, verifyTable } from './verify.ts';

/** Room that is left, in bytes: from less than a commit to more than a data file. */
const ROOMS = [0, 500, 2_000, 8_000, 16_000, 32_000, 64_000, 128_000];
const PLENTY = 10 * 2 ** 30;

/** Fills the storage again and again, each time with a little more room, so that every kind of file meets its end. */
export async function playQuota(subject: Subject): Promise<ScenarioOutcome[]> {
  const table = { lab: 'crash', schema: 'trouble', name: 'quota' };
  const journal = new TableJournal(table, ['region'], { 'delta.checkpointInterval': '2' });
  const random = new Random('quota');
  for (const kind of ['create', 'append', 'append'] as const) await mustWork(subject, journal, random, kind);
  const outcomes: ScenarioOutcome[] = [];
  // The quota is that of the session: it must stay attached.
  const session = await subject.page.context().newCDPSession(subject.page);
  const limit = (quotaSize: number) =>
    session.send('Storage.overrideQuotaForOrigin', { origin: new URL(subject.url).origin, quotaSize });
  for (const room of ROOMS) {
    await limit((await usedBytes(subject)) + room);
    const problems = await writeUntilFull(subject, journal, random);
    problems.push(
      ...(await verifyDisk(subject, () => subject.start({ aim: null, daysAhead: 0 }))),
      ...(await verifyTable(subject, journal)),
    );
    const { orphans } = await subject.call('folder', table);
    for (const path of orphans) problems.push(`${path} was written, not committed, and is left`);
    await limit(PLENTY);
    await mustWork(subject, journal, random, 'append').catch((error: Error) => problems.push(error.message));
    problems.push(...(await verifyTable(subject, journal)));
    outcomes.push({ name: `a quota that leaves ${room} bytes`, problems });
  }
  return outcomes;
}

/** Writes until it is refused; the refusal must say why, and take nothing along. */
async function writeUntilFull(subject: Subject, journal: TableJournal, random: Random): Promise<string[]> {
  for (let tries = 0; tries < 30; tries += 1) {
    const intent = chooseIntent(journal, random, null, 'append');
    journal.begin(intent);
    try {
      journal.acknowledge(await subject.call('perform', intent.operation));
    } catch (error) {
      // Not acknowledged: the table must be as it was.
      journal.intent = null;
      const message = error instanceof Error ? error.message : String(error);
      return /StorageFullError/.test(message) ? [] : [`expected a StorageFullError, found ${message}`];
    }
  }
  return ['30 appends fitted into a storage that was full'];
}

async function mustWork(
  subject: Subject,
  journal: TableJournal,
  random: Random,
  kind: 'create' | 'append',
): Promise<void> {
  const intent = chooseIntent(journal, random, null, kind);
  journal.begin(intent);
  journal.acknowledge(await subject.call('perform', intent.operation));
}

function usedBytes(subject: Subject): Promise<number> {
  return subject.page.evaluate(async () => (await navigator.storage.estimate()).usage ?? 0);
}
