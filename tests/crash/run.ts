/** The kills of one batch, and what came of them. */
import { CrashBrowser } from './browser.ts';
import { TableJournal } from './journal.ts';
import { type Aim, type FileKind, FILE_STEPS, MIRROR_STEPS } from './operations.ts';
import { Random } from './random.ts';
import { type Arena, type Round, playRound } from './rounds.ts';
import { CrashSite } from './site.ts';
import { playQuota } from './quota.ts';
import { type ScenarioOutcome, playScenarios } from './trouble.ts';
import { KILLS, Subject } from './subject.ts';

export { killPipelines } from './pipeline.ts';
export { troubleSite } from './site-trouble.ts';

export interface RunOptions {
  executablePath: string;
  log: (line: string) => void;
}

export interface BatchOptions extends RunOptions {
  kills: number;
  seed: string;
}

const FILES: FileKind[] = ['data', 'commit', 'checkpoint', 'hint'];

/** Kills again and again on one profile; a table that was hurt is left alone from then on. */
export async function runBatch({ executablePath, kills, seed, log }: BatchOptions): Promise<Round[]> {
  const random = new Random(seed);
  const browser = new CrashBrowser(executablePath);
  const site = await CrashSite.open();
  const arena: Arena = { site, random, subject: new Subject(browser, site.url), journals: newTables(0) };
  const aims = listAims();
  const rounds: Round[] = [];
  try {
    for (let number = 1; number <= kills; number += 1) {
      const aim = number % 3 === 0 ? null : withSkip(random.pick(aims), random);
      const kill = KILLS[number % KILLS.length] ?? 'worker';
      const round = await playRound(arena, { number, kill, aim });
      rounds.push(round);
      logRound(round, log);
      if (round.problems.length > 0) arena.journals = newTables(number);
    }
  } finally {
    await browser.close();
    await site.close();
  }
  return rounds;
}

const FORGETFUL = { 'delta.checkpointInterval': '4', 'delta.logRetentionDuration': 'interval 2 days' };

/** With and without partitions; with frequent checkpoints; with a log that forgets. */
function newTables(generation: number): TableJournal[] {
  const named = (schema: string, name: string) => ({ lab: 'crash', schema, name: `${name}_${generation}` });
  return [
    new TableJournal(named('bronze', 'events'), ['region'], { 'delta.checkpointInterval': '3' }),
    new TableJournal(named('silver', 'accounts'), [], FORGETFUL),
    new TableJournal(named('gold', 'totals'), [], {}),
  ];
}

function listAims(): Omit<Aim, 'skip'>[] {
  return [
    ...FILES.flatMap((file) => FILE_STEPS.map((step) => ({ file, step }))),
    ...MIRROR_STEPS.map((step) => ({ file: 'mirror' as const, step })),
  ];
}

function withSkip(aim: Omit<Aim, 'skip'>, random: Random): Aim {
  // Many files are removed one after the other, and few are written.
  const last = aim.step.startsWith('remove') ? 12 : 3;
  return { ...aim, skip: random.integer(0, last) };
}

function logRound({ number, kill, point, operation, problems }: Round, log: (line: string) => void): void {
  const outcome = problems.length === 0 ? 'survived' : 'FAILED';
  log(
    `${String(number).padStart(4)}  ${kill.padEnd(8)} at ${point.padEnd(18)} in ${operation.padEnd(13)} ${outcome}`,
  );
  for (const problem of problems) log(`      ${problem}`);
}

/** Kills by what they fell on, and the orphans that vacuums found. */
export function summarise(rounds: Round[]): string {
  const count = (keyOf: (round: Round) => string): string => {
    const counts = new Map<string, number>();
    for (const round of rounds) counts.set(keyOf(round), (counts.get(keyOf(round)) ?? 0) + 1);
    return [...counts]
      .sort()
      .map(([key, number]) => `${key} ${number}`)
      .join(', ');
  };
  const orphans = rounds.reduce((sum, round) => sum + round.orphans, 0);
  return [
    `      kills: ${count(({ kill }) => kill)}`,
    `      in:    ${count(({ operation }) => operation)}`,
    `      at:    ${count(({ point }) => point)}`,
    `      ${orphans} orphans found, and gone after a vacuum`,
  ].join('\n');
}

/** Harm done to files behind the lake's back. */
export function runTroubles(options: RunOptions): Promise<ScenarioOutcome[]> {
  return runScenarios(options, playScenarios);
}

/** A quota that is reached. */
export function runQuota(options: RunOptions): Promise<ScenarioOutcome[]> {
  return runScenarios(options, playQuota);
}

async function runScenarios(
  { executablePath, log }: RunOptions,
  play: (subject: Subject) => Promise<ScenarioOutcome[]>,
): Promise<ScenarioOutcome[]> {
  const browser = new CrashBrowser(executablePath);
  const site = await CrashSite.open();
  const subject = new Subject(browser, site.url);
  try {
    await subject.start({ aim: null, daysAhead: 0 });
    const outcomes = await play(subject);
    for (const { name, problems } of outcomes) {
      log(`      ${name.padEnd(46)} ${problems.length === 0 ? 'survived' : 'FAILED'}`);
      for (const problem of problems) log(`        ${problem}`);
    }
    return outcomes;
  } finally {
    await browser.close();
    await site.close();
  }
}
