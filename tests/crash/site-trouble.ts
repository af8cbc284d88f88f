/** Harm and a full storage on the real site: what `window.tarn` says of it, and that its repairs mend it. */
import type { Page } from 'playwright';
import type { Repair, TableProblem, TableSummary } from '../../workers/api.ts';
import { CrashBrowser } from './browser.ts';
import type { PipelineOptions } from './pipeline.ts';
import { LAB, openSite, runToEnd, tryRun } from './real-site.ts';
import type { ScenarioOutcome } from './trouble.ts';

interface SiteScenario {
  name: string;
  /** What is harmed of a table's files, as names below its folder. */
  harm: 'flip data' | 'remove data' | 'cut log' | 'remove tip';
  kind: TableProblem['kind'];
  repair: Repair['kind'];
}

/** Those of the log first: they go back to former versions, whose files must still be whole. */
const scenarios: SiteScenario[] = [
  { name: 'a log entry cut off', harm: 'cut log', kind: 'log', repair: 'truncateLog' },
  { name: 'the newest commit taken back', harm: 'remove tip', kind: 'rolledBack', repair: 'accept' },
  { name: 'one bit of a data file flipped', harm: 'flip data', kind: 'data', repair: 'restore' },
  { name: 'a data file gone', harm: 'remove data', kind: 'data', repair: 'forgetFiles' },
];

/** Harms one table after the other, then fills the storage; the lab's next run must give the first run's fingerprints. */
export async function troubleSite({
  executablePath,
  url,
  log,
}: Pick<PipelineOptions, 'executablePath' | 'url' | 'log'>): Promise<ScenarioOutcome[]> {
  const browser = new CrashBrowser(executablePath);
  const outcomes: ScenarioOutcome[] = [];
  const note = (name: string, problems: string[]): void => {
    outcomes.push({ name, problems });
    log(`      on the site: ${name.padEnd(40)} ${problems.length === 0 ? 'survived' : 'FAILED'}`);
    for (const problem of problems) log(`        ${problem}`);
  };
  try {
    let page = await openSite(browser, url);
    const fingerprints = await runToEnd(page);
    // Former versions of every table, to go back to.
    for (let run = 2; run <= 3; run += 1) await runToEnd(page);
    for (const scenario of scenarios) {
      const table = 'gold.daily_activity';
      await harmTable(page, table, scenario.harm);
      page = await reopen(browser, page, url);
      note(scenario.name, await judgeScenario(page, table, scenario));
      await compareRun(page, fingerprints, outcomes.at(-1)?.problems ?? []);
    }
    page = await playEmptyFolder(browser, page, url, note);
    note('a quota that is reached in a run', await playQuota(page, url, fingerprints));
  } finally {
    await browser.close();
  }
  return outcomes;
}

async function judgeScenario(page: Page, table: string, { kind, repair }: SiteScenario): Promise<string[]> {
  const problems: string[] = [];
  const { problem } = await page.evaluate(([name, lab]) => window.tarn.checkTable(name, lab), [
    table,
    LAB,
  ] as const);
  if (problem?.kind !== kind) return [`expected a problem of kind ${kind}, found ${JSON.stringify(problem)}`];
  problems.push(...(await judgeOthers(page, table)));
  if (!problem.readable) problems.push(...(await judgeRefusal(page, table)));
  const chosen = problem.repairs.find((offered) => offered.kind === repair);
  if (!chosen) return [...problems, `no repair ${repair} is offered: ${JSON.stringify(problem.repairs)}`];
  await page.evaluate(([name, chosen, lab]) => window.tarn.repairTable(name, chosen, lab), [
    table,
    chosen,
    LAB,
  ] as const);
  const after = await page.evaluate(([name, lab]) => window.tarn.checkTable(name, lab), [
    table,
    LAB,
  ] as const);
  if (after.problem) problems.push(`after the repair: ${after.problem.message}`);
  const counted = await count(page, table).catch((error: Error) => error.message);
  if (typeof counted !== 'number') problems.push(`after the repair: ${counted}`);
  return problems;
}

/** Tables that were not harmed answer. */
async function judgeOthers(page: Page, harmed: string): Promise<string[]> {
  const tables: TableSummary[] = await page.evaluate((lab) => window.tarn.tables(lab), LAB);
  const others = tables.filter(
    ({ name, kind }) => name !== harmed && kind === 'table' && !name.startsWith('system.'),
  );
  const problems = others.length > 3 ? [] : [`only ${others.length} other tables are listed`];
  for (const { name, numRecords } of others) {
    const found = await count(page, name).catch((error: Error) => error.message);
    if (found !== numRecords) problems.push(`${name}: expected ${numRecords} rows, found ${found}`);
  }
  return problems;
}

/** A query of a table that cannot be read is refused by its name, and answers no wrong rows. */
async function judgeRefusal(page: Page, table: string): Promise<string[]> {
  const answer = await count(page, table).catch((error: Error) => error);
  if (!(answer instanceof Error)) return [`a query of the harmed table answered ${answer}`];
  return answer.message.includes(table.split('.')[1] ?? table)
    ? []
    : [`the refusal does not name the table: ${answer.message}`];
}

function count(page: Page, table: string): Promise<number> {
  return page.evaluate(
    async ([lab, table]) => {
      const [row] = await window.tarn.query(`select count(*) as n, max(columns(*)) from ${lab}.${table}`, {
        lab,
      });
      return Number(row?.n);
    },
    [LAB, table] as const,
  );
}

async function compareRun(page: Page, fingerprints: string, problems: string[]): Promise<void> {
  const again = await runToEnd(page).catch((error: Error) => error.message);
  if (again !== fingerprints) problems.push(`the next run: expected ${fingerprints}, found ${again}`);
}

async function playEmptyFolder(
  browser: CrashBrowser,
  page: Page,
  url: string,
  note: (name: string, problems: string[]) => void,
): Promise<Page> {
  await page.evaluate(async (lab) => {
    let folder = await navigator.storage.getDirectory();
    for (const name of ['lake', lab, 'gold', 'hollow', '_delta_log'])
      folder = await folder.getDirectoryHandle(name, { create: true });
  }, LAB);
  const next = await reopen(browser, page, url);
  const tables = await next.evaluate((lab) => window.tarn.tables(lab), LAB);
  const hollow = tables.find(({ name }) => name === 'gold.hollow');
  const problems = hollow && !hollow.problem ? ['it is called a table in good order'] : [];
  note('an empty table directory', [...problems, ...(await judgeOthers(next, 'gold.hollow'))]);
  return next;
}

async function playQuota(page: Page, url: string, fingerprints: string): Promise<string[]> {
  const session = await page.context().newCDPSession(page);
  const limit = (quotaSize: number) =>
    session.send('Storage.overrideQuotaForOrigin', { origin: new URL(url).origin, quotaSize });
  const used = await page.evaluate(async () => (await navigator.storage.estimate()).usage ?? 0);
  await limit(used + 300_000);
  const problems = [];
  const outcome = await tryRun(page);
  if (outcome.state !== 'failed' || !/storage of this browser is full/i.test(outcome.message))
    problems.push(`expected a run that failed for the storage, found ${JSON.stringify(outcome)}`);
  problems.push(...(await judgeOthers(page, '')));
  await limit(10 * 2 ** 30);
  await compareRun(page, fingerprints, problems);
  return problems;
}

async function reopen(browser: CrashBrowser, page: Page, url: string): Promise<Page> {
  await page.close();
  return openSite(browser, url);
}

/** Runs in the page: changes a file of the table's newest version behind the engine's back. */
async function harmTable(page: Page, table: string, harm: SiteScenario['harm']): Promise<void> {
  const detail = await page.evaluate(([name, lab]) => window.tarn.tableDetail(name, lab), [
    table,
    LAB,
  ] as const);
  const digits = (version: number): string => `_delta_log/${String(version).padStart(20, '0')}.json`;
  const newest = detail.version ?? 0;
  const data = detail.files[0]?.path ?? '';
  const file = {
    'flip data': data,
    'remove data': data,
    'cut log': digits(newest - 1),
    'remove tip': digits(newest),
  }[harm];
  const path = `lake/${LAB}/${table.replace('.', '/')}/${file}`;
  await page.evaluate(
    async ([path, harm]) => {
      const names = path.split('/');
      const name = names.pop() ?? '';
      let folder = await navigator.storage.getDirectory();
      for (const part of names) folder = await folder.getDirectoryHandle(part);
      if (harm.startsWith('remove')) return folder.removeEntry(name);
      const handle = await folder.getFileHandle(name);
      const bytes = new Uint8Array(await (await handle.getFile()).arrayBuffer());
      const middle = bytes.length >> 1;
      bytes[middle] = (bytes[middle] ?? 0) ^ 16;
      const writable = await handle.createWritable();
      await writable.write(harm === 'cut log' ? bytes.slice(0, middle) : bytes);
      await writable.close();
    },
    [path, harm] as const,
  );
}
