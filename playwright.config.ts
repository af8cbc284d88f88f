import { existsSync } from 'node:fs';
import { defineConfig } from '@playwright/test';

const executablePath =
  process.env.CHROME_PATH ?? ['/usr/bin/chromium', '/usr/bin/google-chrome'].find(existsSync);
const flags =
  '--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync';

// A port of this very run, handed down to its workers, so that two runs on one machine do not meet.
process.env.TARN_E2E_PORT ??= String(20_000 + (process.pid % 20_000));

export default defineConfig({
  testDir: 'tests/e2e',
  fullyParallel: false,
  workers: 1,
  timeout: 120_000,
  expect: { timeout: 20_000 },
  outputDir: 'test-results',
  globalSetup: './tests/e2e/serve-site.ts',
  use: {
    baseURL: `http://localhost:${process.env.TARN_E2E_PORT}/some/where/`,
    launchOptions: { executablePath, args: flags.split(' ') },
  },
});
