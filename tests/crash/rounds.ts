/** Kill after kill on one profile: work, be killed, look, work on. */
import type { CrashSite } from './site.ts';
import type { Intent, TableJournal } from './journal.ts';
import type { Aim } from './operations.ts';
import { chooseIntent } from './choose.ts';
import type { Random } from './random.ts';
import type { Kill, Subject } from './subject.ts';
import { verifyDisk, verifyTable, verifyVacuum } from './verify.ts';

/** What is decided before a round. */
export interface RoundPlan {
  number: number;
  kill: Kill;
  /** Null for a moment by chance. */
  aim: Aim | null;
}

export interface Round extends RoundPlan {
  /** Where the kill fell: `commit:move`, or `any` for a moment by chance. */
  point: string;
  /** The operation under way. */
  operation: string;
  /** Data files that no commit named, found before the vacuum that ends some rounds. */
  orphans: number;
  problems: string[];
}

/** Operations that an aim may take to be reached; then the kill comes by chance. */
const MOST_OPERATIONS = 14;
/** Longer than nearly every operation, so that kills fall into all of their parts. */
const LONGEST_WAIT_MS = 900;
/** Every so many rounds all tables are read, else those that were at work. */
const VERIFY_ALL_EVERY = 4;
/** Every so many rounds end with a vacuum. */
const VACUUM_EVERY = 3;

/** Everything a round works with. */
export interface Arena {
  site: CrashSite;
  subject: Subject;
  journals: TableJournal[];
  random: Random;
}

/** Starts a worker, lets it work until it is killed, and verifies the lake with a fresh one. */
export async function playRound(arena: Arena, plan: RoundPlan): Promise<Round> {
  const { subject, journals } = arena;
  // A day passes with every round, for what is kept for days.
  for (const journal of journals) journal.age();
  await subject.start({ aim: plan.aim, daysAhead: plan.number });
  const { point, operation, table, problems } = await workUntilKilled(arena, plan);
  const reopen = () => subject.start({ aim: null, daysAhead: plan.number });
  await reopen();
  problems.push(...(await verifyDisk(subject, reopen)));
  const all = plan.number % VERIFY_ALL_EVERY === 0;
  for (const journal of journals.filter(({ isTouched }) => all || isTouched))
    problems.push(...(await verifyTable(subject, journal)));
  let orphans = 0;
  if (problems.length === 0) {
    if (plan.number % VACUUM_EVERY === 0) orphans = await vacuumAfter(arena, table, problems);
    problems.push(...(await workOn(arena, table)));
  }
  await subject.kill('worker');
  return { ...plan, point, operation, orphans, problems };
}

async function workUntilKilled(
  arena: Arena,
  { kill, aim }: RoundPlan,
): Promise<Pick<Round, 'point' | 'operation' | 'problems'> & { table: TableJournal }> {
  const { site, subject, journals, random } = arena;
  const held = new Promise<string>((resolve) => site.onHold(resolve));
  const wait = () =>
    new Promise<string>((resolve) => setTimeout(resolve, random.integer(1, LONGEST_WAIT_MS), 'any'));
  let doom = aim ? held : wait();
  for (let count = 0; ; count += 1) {
    if (aim && count === MOST_OPERATIONS) doom = Promise.race([held, wait()]);
    const table = random.pick(journals);
    const intent = chooseIntent(table, random, aim);
    const outcome = await Promise.race([perform(subject, table, intent), doom]);
    if (outcome === DONE) continue;
    await subject.kill(kill);
    const operation = intent.operation.kind;
    if (typeof outcome === 'string') return { point: outcome, operation, table, problems: [] };
    return { point: 'nowhere', operation, table, problems: [`${operation} failed: ${outcome.message}`] };
  }
}

/** The table takes the next commit, as if nothing had happened. */
async function workOn({ subject, random }: Arena, table: TableJournal): Promise<string[]> {
  const intent = chooseIntent(table, random, null);
  const outcome = await perform(subject, table, intent);
  return outcome === DONE ? [] : [`after the kill, ${intent.operation.kind}: ${outcome.message}`];
}

/** Answers the orphans that there were. */
async function vacuumAfter(
  { subject, random }: Arena,
  table: TableJournal,
  problems: string[],
): Promise<number> {
  if (table.version < 0) return 0;
  const verified = await verifyVacuum(subject, table, async () => {
    const outcome = await perform(subject, table, chooseIntent(table, random, null, 'vacuum'));
    return outcome === DONE ? [] : [`the vacuum after the kill: ${outcome.message}`];
  });
  problems.push(...verified.problems);
  return verified.orphans;
}

const DONE = Symbol('done');

/** Never rejects: a worker that is killed under it fails, and that is no news. */
async function perform(
  subject: Subject,
  journal: TableJournal,
  intent: Intent,
): Promise<typeof DONE | Error> {
  const { operation } = intent;
  try {
    if (operation.kind === 'vacuum') {
      const planned = await subject.call('perform', { ...operation, dryRun: true });
      intent.mayLose = planned.versionsLost ?? [];
    }
    journal.begin(intent);
    journal.acknowledge(await subject.call('perform', operation));
    return DONE;
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}
