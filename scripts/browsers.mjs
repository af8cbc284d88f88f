// npm run test:browsers: the main job in Chromium, Firefox ESR and WebKitGTK. A browser that cannot be had is skipped with a clear line.
import { existsSync } from 'node:fs';
import path from 'node:path';
import { buildSite, findChromium, installDebianPackages, installPackages, root } from './setup.mjs';

installPackages();
if (!process.env.TARN_KEEP_BUILD || !existsSync(path.join(root, 'build'))) buildSite();
const { serve } = await import('./serve.mjs');
const { doMainJob } = await import('../tests/browsers/main-job.mjs');
const { findMiniBrowser, openChromium, openFirefox, openWebKit } =
  await import('../tests/browsers/drivers.mjs');

const firstThatExists = (paths) => paths.find((file) => file && existsSync(file));
const firefox = () => firstThatExists([process.env.FIREFOX_PATH, '/usr/bin/firefox-esr', '/usr/bin/firefox']);
const webkit = () =>
  firstThatExists(['/usr/bin/WebKitWebDriver']) && firstThatExists(['/usr/bin/Xvfb'])
    ? findMiniBrowser()
    : undefined;

/** Finds a browser, installs the packages when it is not there, answers undefined when neither works. */
function provide(find, packages) {
  return find() ?? (installDebianPackages(packages) ? find() : undefined);
}

const browsers = [
  { name: 'Chromium', durable: true, find: findChromium, open: openChromium },
  { name: 'Firefox', durable: true, find: () => provide(firefox, ['firefox-esr']), open: openFirefox },
  {
    name: 'WebKitGTK',
    durable: false,
    find: () => provide(webkit, ['webkit2gtk-driver', 'xvfb']),
    open: openWebKit,
  },
];

const site = await serve({ port: 0 });
const fingerprints = {};
let [passed, failed, skipped] = [0, 0, 0];
for (const browser of browsers) {
  const executable = await browser.find();
  if (!executable) {
    console.log(
      `SKIPPED ${browser.name}: it is not installed, and installing it needs root on a Debian-like system`,
    );
    skipped += 1;
    continue;
  }
  console.log(`== ${browser.name} (${executable})`);
  let session;
  try {
    session = await browser.open(executable);
    const options = { durable: browser.durable, log: (line) => console.log(`  ${line}`) };
    fingerprints[browser.name] = JSON.stringify(await doMainJob(session.page, site.url, options));
    passed += 1;
  } catch (error) {
    console.error(`  FAILED: ${error.stack ?? error}`);
    failed += 1;
  } finally {
    await session?.close();
  }
}
await site.close();

if (new Set(Object.values(fingerprints)).size > 1) {
  console.error('FAILED: the browsers disagree on the fingerprints of one recipe', fingerprints);
  failed += 1;
} else if (passed > 1) {
  console.log(`  ${passed} browsers, one set of fingerprints`);
  passed += 1;
}
console.log(`\n${passed} passed, ${failed} failed, ${skipped} skipped`);
process.exit(failed === 0 ? 0 : 1);
