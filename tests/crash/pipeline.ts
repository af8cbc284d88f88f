/** The same with the real site: runs of a lab are killed, and the next run must come out as if none had been. */
import type { Page } from 'playwright';
import { CrashBrowser } from './browser.ts';
import { Random } from './random.ts';
import { LAB, openSite, runToEnd, startRun } from './real-site.ts';
import { crashRenderer } from './subject.ts';

const KILLS = ['browser', 'tab', 'renderer'] as const;
type PipelineKillKind = (typeof KILLS)[number];

export interface PipelineKill {
  number: number;
  kill: PipelineKillKind;
  afterMs: number;
  problems: string[];
}

export interface PipelineOptions {
  executablePath: string;
  /** Address of the built site. */
  url: string;
  kills: number;
  seed: string;
  log: (line: string) => void;
}

/** Lets one run complete for its fingerprints and its time, then kills others within that time. */
export async function killPipelines(options: PipelineOptions): Promise<PipelineKill[]> {
  const { executablePath, url, kills, seed, log } = options;
  const browser = new CrashBrowser(executablePath);
  const random = new Random(seed);
  const outcomes: PipelineKill[] = [];
  try {
    const reference = await runReference(browser, url);
    log(`      a whole run takes ${reference.ms} ms`);
    for (let number = 1; number <= kills; number += 1) {
      const kill = KILLS[number % KILLS.length] ?? 'browser';
      const afterMs = random.integer(20, Math.round(reference.ms * 1.05));
      const problems = await killOneRun(browser, url, kill, afterMs, reference.fingerprints);
      outcomes.push({ number, kill, afterMs, problems });
      logKill({ number, kill, afterMs, problems }, log);
    }
  } finally {
    await browser.close();
  }
  return outcomes;
}

async function runReference(
  browser: CrashBrowser,
  url: string,
): Promise<{ ms: number; fingerprints: string }> {
  const page = await openSite(browser, url);
  const started = Date.now();
  const fingerprints = await runToEnd(page);
  const ms = Date.now() - started;
  await page.close();
  return { ms, fingerprints };
}

async function killOneRun(
  browser: CrashBrowser,
  url: string,
  kill: PipelineKillKind,
  afterMs: number,
  fingerprints: string,
): Promise<string[]> {
  const page = await openSite(browser, url);
  const before = await page.evaluate((lab) => window.tarn.runs(lab), LAB);
  startRun(page);
  await new Promise((resolve) => setTimeout(resolve, afterMs));
  if (kill === 'browser') await browser.kill();
  else if (kill === 'tab') await page.close();
  else await crashRenderer(page);
  const next = await openSite(browser, url);
  const problems = [...(await checkHistory(next, before.length)), ...(await checkTables(next))];
  const again = await runToEnd(next);
  if (again !== fingerprints)
    problems.push(`the next run has fingerprints ${again}, expected ${fingerprints}`);
  await next.close();
  return problems;
}

/** No run is lost from the history, and the killed one is called crashed, unless it was over. */
async function checkHistory(page: Page, before: number): Promise<string[]> {
  const runs = await page.evaluate((lab) => window.tarn.runs(lab), LAB);
  if (runs.length < before) return [`${before} runs were in the history, ${runs.length} are left`];
  const wrong = runs.filter(({ state }) => state !== 'crashed' && state !== 'completed');
  return wrong.map(({ runId, state }) => `run ${runId} was killed or completed, and is called ${state}`);
}

/** Every table answers with as many rows as its log says, now and at its first version, every column of every file read. */
async function checkTables(page: Page): Promise<string[]> {
  const tables = await page.evaluate((lab) => window.tarn.tables(lab), LAB);
  const problems = tables.flatMap(({ name, problem }) => (problem ? [`${name}: ${problem.message}`] : []));
  for (const { name, version } of tables.filter(({ kind }) => kind === 'table')) {
    const { problem } = await page.evaluate(([name, lab]) => window.tarn.checkTable(name, lab), [
      name,
      LAB,
    ] as const);
    if (problem) problems.push(`${name}: ${problem.message}`);
    // DuckDB has a catalog of that name and loads nothing into such a schema.
    if (name.startsWith('system.')) continue;
    for (const at of new Set([0, version ?? 0])) {
      const compared = await compareRows(page, name, at).catch((error: Error) => error.message);
      if (compared !== null) problems.push(`${name} at version ${at}: ${compared}`);
    }
  }
  return problems;
}

/** What is wrong with a version of a table; null for nothing. */
function compareRows(page: Page, table: string, version: number): Promise<string | null> {
  return page.evaluate(
    async ([lab, table, version]) => {
      const { numRecords } = await window.tarn.tableDetail(table, lab, version);
      const sql = `select count(*) as n, max(columns(*)) from ${lab}.${table}@v${version}`;
      const [row] = await window.tarn.query(sql, { lab });
      return Number(row?.n) === numRecords
        ? null
        : `the log says ${numRecords} rows, the query found ${row?.n}`;
    },
    [LAB, table, version] as const,
  );
}

function logKill({ number, kill, afterMs, problems }: PipelineKill, log: (line: string) => void): void {
  const outcome = problems.length === 0 ? 'survived' : 'FAILED';
  log(
    `${String(number).padStart(4)}  ${kill.padEnd(8)} of a run after ${String(afterMs).padStart(5)} ms  ${outcome}`,
  );
  for (const problem of problems) log(`      ${problem}`);
}
