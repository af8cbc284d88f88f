// npm test: sets up, then lint, types, unit, browser, end-to-end and a few crash tests; one closing line, non-zero on any failure.
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { buildSite, findChromium, installPackages, root, run } from './setup.mjs';

installPackages();
process.env.CHROME_PATH = await findChromium();
const reports = path.join(root, '.cache', 'reports');
rmSync(reports, { recursive: true, force: true });
mkdirSync(reports, { recursive: true });

const total = { passed: 0, failed: 0 };
const bin = (name) => path.join(root, 'node_modules', '.bin', name);

/** A step that passes or fails as a whole. */
function check(name, command, args) {
  console.log(`\n== ${name}`);
  total[run(command, args) === 0 ? 'passed' : 'failed'] += 1;
}

/** Adds the tests of a report; a command that fails without a failed test counts as one failure. */
function countTests(status, counts) {
  total.passed += counts.passed;
  total.failed += status !== 0 && counts.failed === 0 ? 1 : counts.failed;
}

function runVitest(project) {
  console.log(`\n== ${project} tests`);
  const file = path.join(reports, `${project}.json`);
  const reporters = ['--reporter=dot', '--reporter=json', `--outputFile.json=${file}`];
  const status = run(bin('vitest'), ['run', '--project', project, ...reporters]);
  const report = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {};
  countTests(status, { passed: report.numPassedTests ?? 0, failed: report.numFailedTests ?? 0 });
}

function runPlaywright() {
  console.log('\n== end-to-end tests');
  const file = path.join(reports, 'e2e.json');
  const env = { ...process.env, PLAYWRIGHT_JSON_OUTPUT_NAME: file };
  const status = run(bin('playwright'), ['test', '--reporter=list,json'], { env });
  const { stats = {} } = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {};
  countTests(status, { passed: stats.expected ?? 0, failed: (stats.unexpected ?? 0) + (stats.flaky ?? 0) });
}

buildSite();
check('lint', bin('eslint'), ['.']);
check('format', bin('prettier'), ['--check', '--log-level=warn', '.']);
check('types', bin('svelte-check'), ['--tsconfig', './tsconfig.json', '--fail-on-warnings']);
runVitest('node');
runVitest('browser');
runPlaywright();
for (const part of ['kills', 'trouble', 'quota'])
  check(`crash tests: ${part}`, process.execPath, ['scripts/crash.mjs', '--kills', '24', '--only', part]);

console.log(`\n${total.passed} passed, ${total.failed} failed`);
process.exit(total.failed === 0 ? 0 : 1);
