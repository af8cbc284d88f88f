import { existsSync } from 'node:fs';
import { playwright } from '@vitest/browser-playwright';
import { defineConfig } from 'vitest/config';

const executablePath =
  process.env.CHROME_PATH ?? ['/usr/bin/chromium', '/usr/bin/google-chrome'].find(existsSync);
const flags =
  '--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync';

export default defineConfig({
  worker: { format: 'es' },
  optimizeDeps: {
    exclude: ['parquet-wasm', 'minijinja-js', '@duckdb/duckdb-wasm'],
    include: [
      'apache-arrow',
      'comlink',
      'hyparquet',
      '@zip.js/zip.js/lib/zip-core-custom.js',
      'hyparquet/src/thrift.js',
      'papaparse',
      'yaml',
    ],
  },
  test: {
    projects: [
      {
        extends: true,
        test: {
          name: 'node',
          environment: 'node',
          include: ['tests/unit/**/*.test.ts'],
          testTimeout: 30_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'browser',
          include: ['tests/browser/**/*.test.ts'],
          testTimeout: 60_000,
          hookTimeout: 60_000,
          fileParallelism: false,
          browser: {
            enabled: true,
            headless: true,
            screenshotFailures: false,
            provider: playwright({ launchOptions: { executablePath, args: flags.split(' ') } }),
            instances: [{ browser: 'chromium' }],
          },
        },
      },
    ],
  },
});
