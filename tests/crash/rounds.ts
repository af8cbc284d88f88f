/** Kill after kill on one profile: work, be killed, look, work on. */
import type { CrashSite } from './site.ts';
import type { Intent, TableJournal } from './journal.ts';
import type { Aim } from './operations.ts';
import { chooseIntent } from './choose.ts';
import type { Random } from './random.ts';
import type { Kill, Subject } from './subject.ts';
import { findTemporaries, verifyTable } from './verify.ts';

export interface Round {
  number: number;
  kill: Kill;
  aim: Aim | null;
  /** Where it fell: `commit:move`, or `any` for a moment by chance. */
  point: string;
  /** The operation under way. */
  operation: string;
  problems: string[];
}

/** Operations that an aim may take to be reached; then the kill comes by chance. */
const MOST_OPERATIONS = 14;
/** Longer than nearly every operation, so that kills fall into all of their parts. */
const LONGEST_WAIT_MS = 900;

/** Everything a round works with. */
export interface Arena {
  site: CrashSite;
  subject: Subject;
  journals: TableJournal[];
  random: Random;
}

/** Starts a worker, lets it work until it is killed, and verifies the lake with a fresh one. */
export async function playRound(arena: Arena, number: number, kill: Kill, aim: Aim | null): Promise<Round> {
  const { subject, journals } = arena;
  await subject.start(aim);
  const { point, operation, problems } = await workUntilKilled(arena, kill, aim);
  await subject.start(null);
  problems.push(...(await findTemporaries(subject)));
  for (const journal of journals) problems.push(...(await verifyTable(subject, journal)));
  problems.push(...(await workOn(arena)));
  await subject.kill('worker');
  return { number, kill, aim, point, operation, problems };
}

async function workUntilKilled(
  arena: Arena,
  kill: Kill,
  aim: Aim | null,
): Promise<Pick<Round, 'point' | 'operation' | 'problems'>> {
  const { site, subject, journals, random } = arena;
  const held = new Promise<string>((resolve) => site.onHold(resolve));
  const wait = () =>
    new Promise<string>((resolve) => setTimeout(resolve, random.integer(1, LONGEST_WAIT_MS), 'any'));
  let doom = aim ? held : wait();
  for (let count = 0; ; count += 1) {
    if (aim && count === MOST_OPERATIONS) doom = Promise.race([held, wait()]);
    const journal = random.pick(journals);
    const intent = chooseIntent(journal, random, aim);
    const outcome = await Promise.race([perform(subject, journal, intent), doom]);
    if (outcome === 'done') continue;
    if (typeof outcome === 'string') await subject.kill(kill);
    const problems = outcome instanceof Error ? [`${intent.operation.kind} failed: ${outcome.message}`] : [];
    if (outcome instanceof Error) await subject.kill(kill);
    return {
      point: typeof outcome === 'string' ? outcome : 'failed',
      operation: intent.operation.kind,
      problems,
    };
  }
}

/** The table takes the next commit, as if nothing had happened. */
async function workOn({ subject, journals, random }: Arena): Promise<string[]> {
  const journal = random.pick(journals);
  const intent = chooseIntent(journal, random, null);
  const outcome = await perform(subject, journal, intent);
  return outcome instanceof Error ? [`after the kill, ${intent.operation.kind}: ${outcome.message}`] : [];
}

/** Never rejects: a worker that is killed under it fails, and that is no news. */
async function perform(subject: Subject, journal: TableJournal, intent: Intent): Promise<'done' | Error> {
  journal.intend(intent);
  try {
    const { version } = await subject.call('perform', intent.operation);
    journal.acknowledge(version);
    return 'done';
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}
