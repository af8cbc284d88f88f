// The lab in a real tab: times of its stages, cold start, memory of the browser's processes.
import { readFileSync, readdirSync } from 'node:fs';
import { serve } from '../../scripts/serve.mjs';
import { flags } from '../browsers/drivers.mjs';

/** Stages in the order of the pipeline, and the tasks that belong to each. */
export const stages = {
  generate: (task) => task.kind === 'generate',
  load: (task) => task.kind === 'load',
  silver: (task) => task.kind === 'model' && task.stage !== 'gold',
  gold: (task) => task.kind === 'model' && task.stage === 'gold',
  tests: (task) => task.kind === 'test',
  fingerprints: (task) => task.kind === 'fingerprint',
};

/** Runs the recipe `repeat` times in fresh profiles; answers cold starts, runs with ms per stage, and the peak memory. */
export async function measureTab(executablePath, recipe, repeat) {
  const { chromium } = await import('playwright');
  const site = await serve({ port: 0 });
  const [coldStarts, runs] = [[], []];
  let peakBytes = 0;
  for (let turn = 0; turn < repeat; turn += 1) {
    const server = await chromium.launchServer({ executablePath, args: flags });
    const browser = await chromium.connect(server.wsEndpoint());
    const page = await browser.newPage();
    const started = Date.now();
    await page.goto(`${site.url}labs/transactions/`);
    await page.waitForFunction(() => typeof window.tarn === 'object');
    await page.evaluate(() => window.tarn.ready);
    coldStarts.push(Date.now() - started);
    const sampler = setInterval(() => (peakBytes = Math.max(peakBytes, memoryOf(server.process().pid))), 200);
    const run = await page.evaluate((params) => window.tarn.run('transactions', params), recipe);
    clearInterval(sampler);
    if (run.state !== 'completed') throw new Error(`the run ended as ${run.state}`);
    runs.push({ ...run, stageMs: addStages(run.tasks) });
    await browser.close();
    await server.close();
  }
  await site.close();
  return { coldStarts, runs, peakBytes };
}

/** Time in which at least one task of the stage ran, ms. */
function addStages(tasks) {
  return Object.fromEntries(
    Object.entries(stages).map(([name, belongs]) => [name, coveredMs(tasks.filter(belongs))]),
  );
}

function coveredMs(tasks) {
  let [covered, end] = [0, 0];
  for (const { startedAt, endedAt } of tasks.sort((a, b) => a.startedAt - b.startedAt)) {
    covered += Math.max(0, endedAt - Math.max(startedAt, end));
    end = Math.max(end, endedAt);
  }
  return covered;
}

/** Resident bytes of a process and all below it (Linux; 0 elsewhere). Shared pages count once per process. */
function memoryOf(root) {
  try {
    const parents = new Map(
      readdirSync('/proc')
        .filter((name) => /^\d+$/.test(name))
        .map((pid) => [Number(pid), statOf(pid)]),
    );
    const below = (pid) => [
      pid,
      ...[...parents].filter(([, stat]) => stat.parent === pid).flatMap(([child]) => below(child)),
    ];
    return below(root).reduce((sum, pid) => sum + (parents.get(pid)?.bytes ?? 0), 0);
  } catch {
    return 0;
  }
}

function statOf(pid) {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1).split(' ');
    return { parent: Number(fields[1]), bytes: Number(fields[21]) * 4096 };
  } catch {
    return { parent: 0, bytes: 0 };
  }
}
