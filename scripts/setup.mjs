// What every command does first: the packages of the lock file, and a Chromium to test in.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, lstatSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));

/** Runs a command in the project's root with its output shown; answers its exit code. */
export function run(command, args, options = {}) {
  const { status, error } = spawnSync(command, args, { cwd: root, stdio: 'inherit', ...options });
  if (error) console.error(`${command}: ${error.message}`);
  return status ?? 1;
}

/** Installs the packages of the lock file unless exactly these are there already, and writes what TypeScript is configured by. */
export function installPackages() {
  installLocked();
  if (existsSync(path.join(root, '.svelte-kit', 'tsconfig.json'))) return;
  const kit = path.join(root, 'node_modules', '@sveltejs', 'kit', 'svelte-kit.js');
  if (run(process.execPath, [kit, 'sync']) !== 0) fail('svelte-kit sync failed: see above.');
}

function installLocked() {
  const [major] = process.versions.node.split('.').map(Number);
  if (major < 20)
    fail(`Node ${process.versions.node} is too old: Tarn needs Node 20 or newer (https://nodejs.org).`);
  const lock = createHash('sha256')
    .update(readFileSync(path.join(root, 'package-lock.json')))
    .digest('hex');
  const stamp = path.join(root, 'node_modules', '.tarn-lock');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === lock) return;
  // npm would empty the folder that a link leads to, which is another checkout's.
  if (lstatSync(path.join(root, 'node_modules'), { throwIfNoEntry: false })?.isSymbolicLink())
    fail('node_modules is a link to packages of another lock file: remove the link, then try again.');
  console.log('Installing packages (once) ...');
  if (run('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], shellOnWindows()) !== 0)
    fail('npm ci failed: see above.');
  writeFileSync(stamp, lock);
}

/** Path of a Chromium: $CHROME_PATH, one on this machine, Playwright's download, else the distribution's package when root. */
export async function findChromium() {
  const present = () =>
    [process.env.CHROME_PATH, '/usr/bin/chromium', '/usr/bin/google-chrome'].find((p) => p && existsSync(p));
  if (present()) return present();
  const { chromium } = await import('playwright');
  if (existsSync(chromium.executablePath())) return chromium.executablePath();
  console.log('No Chromium found: asking Playwright for one ...');
  run('npx', ['playwright', 'install', 'chromium'], { ...shellOnWindows(), timeout: 300_000 });
  if (existsSync(chromium.executablePath())) return chromium.executablePath();
  if (installDebianPackages(['chromium']) && present()) return present();
  fail('No Chromium: install one, or set CHROME_PATH to its executable.');
}

/** Installs packages of a Debian-like system when root; false where it cannot. */
export function installDebianPackages(names) {
  if (process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) return false;
  console.log(`Installing ${names.join(', ')} with apt-get ...`);
  const quiet = {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  };
  run('apt-get', ['-qq', 'update'], quiet);
  return run('apt-get', ['-qq', '-y', '--no-install-recommends', 'install', ...names], quiet) === 0;
}

/** Builds the site into build/. */
export function buildSite() {
  mkdirSync(path.join(root, '.cache'), { recursive: true });
  if (run(process.execPath, ['scripts/build.mjs']) !== 0) fail('The build failed: see above.');
}

function shellOnWindows() {
  return { shell: process.platform === 'win32' };
}

function fail(message) {
  console.error(message);
  process.exit(1);
}
