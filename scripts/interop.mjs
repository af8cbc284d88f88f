// npm run test:interop: what Tarn writes, read by delta-rs, Polars and Spark, and what they write, read by Tarn. Needs Python 3.10 or
// newer, and Java 17 for Spark; installs the rest into .cache, or skips with a clear line.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { buildSite, findChromium, installDebianPackages, installPackages, root, run } from './setup.mjs';

const requirements = path.join(root, 'tests/interop/requirements.txt');
const environment = path.join(root, '.cache', 'interop');
/** Where Spark keeps Delta's packages. */
const packages = path.join(root, '.cache', 'ivy');
const python = path.join(environment, process.platform === 'win32' ? 'Scripts/python.exe' : 'bin/python');

installPackages();
const why = preparePython();
// Without Java the tests of Spark are left out, and say so.
if (spawnSync('java', ['-version'], { stdio: 'ignore' }).status !== 0)
  installDebianPackages(['default-jre-headless']);
if (why) {
  console.log(`SKIPPED interop tests: ${why}`);
  console.log('\n0 passed, 0 failed, 1 skipped');
  process.exit(0);
}

const folder = mkdtempSync(path.join(tmpdir(), 'tarn-interop-'));
const counts = { passed: 0, failed: 0, skipped: 0 };
try {
  console.log('== tables of the lake, read by delta-rs, Polars and Spark; then they write theirs');
  if (run(process.execPath, ['tests/interop/write.mjs', path.join(folder, 'tables')]) !== 0)
    throw new Error('the tables could not be written: see above');
  countChecks(python, 'tests/interop/run.py', 'foreign', folder, packages);

  console.log('== tables of Spark and delta-rs, read and appended to by the lake');
  countChecks(process.execPath, 'tests/interop/foreign/read.mjs', path.join(folder, 'foreign'));

  console.log('== what the lake appended, read by Spark and delta-rs');
  countChecks(python, 'tests/interop/run.py', 'appended', folder, packages);

  console.log("== a run's tables, exported from the tab, read by delta-rs");
  if (!process.env.TARN_KEEP_BUILD || !existsSync(path.join(root, 'build'))) buildSite();
  const { exportRun } = await import('../tests/interop/lab/export-run.mjs');
  const lab = path.join(folder, 'lab');
  await exportRun(lab, await findChromium());
  countChecks(python, 'tests/interop/lab/read_export.py', lab);
} catch (error) {
  console.error(error);
  counts.failed += 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
const skipped = counts.skipped > 0 ? `, ${counts.skipped} skipped` : '';
console.log(`\n${counts.passed} passed, ${counts.failed} failed${skipped}`);
process.exit(counts.failed === 0 ? 0 : 1);

/** Runs a script that prints `ok `, `FAIL ` or `SKIPPED ` lines; one that ends badly without a failed check counts as one. */
function countChecks(command, ...args) {
  const { status, stdout } = spawnSync(command, args, {
    cwd: root,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
    maxBuffer: 2 ** 28,
  });
  process.stdout.write(stdout);
  const failed = stdout.match(/^FAIL /gm)?.length ?? 0;
  counts.passed += stdout.match(/^ok /gm)?.length ?? 0;
  counts.skipped += stdout.match(/^SKIPPED /gm)?.length ?? 0;
  counts.failed += status !== 0 && failed === 0 ? 1 : failed;
}

/** Makes the virtual environment; answers why it could not, or undefined. */
function preparePython() {
  const answers = (command, ...args) => spawnSync(command, args, { stdio: 'ignore' }).status === 0;
  if (existsSync(python) && answers(python, '-c', 'import delta, deltalake, polars, pyarrow'))
    return undefined;
  if (!answers('python3', '-c', 'import sys; sys.exit(sys.version_info < (3, 10))'))
    installDebianPackages(['python3', 'python3-venv']);
  if (!answers('python3', '--version')) return 'there is no python3; install Python 3.10 or newer';
  if (!answers('python3', '-m', 'venv', '--clear', environment)) {
    installDebianPackages(['python3-venv']);
    if (!answers('python3', '-m', 'venv', '--clear', environment))
      return 'python3 -m venv does not work; install python3-venv';
  }
  console.log('Installing delta-rs, Polars and Spark (once) ...');
  const installed = run(python, [
    '-m',
    'pip',
    'install',
    '--quiet',
    '--disable-pip-version-check',
    '-r',
    requirements,
  ]);
  return installed === 0 ? undefined : 'pip could not install the packages of tests/interop/requirements.txt';
}
