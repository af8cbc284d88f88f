/** Reads what other engines wrote: `node tests/interop/foreign/read.mjs <folder>`. Vite runs the TypeScript, since Node 20 does not. */
import { fileURLToPath } from 'node:url';
import { runnerImport } from 'vite';

const [folder] = process.argv.slice(2);
if (!folder) throw new Error('Usage: node tests/interop/foreign/read.mjs <folder>');
const entry = fileURLToPath(new URL('read-foreign.ts', import.meta.url));
const { module } = await runnerImport(entry, { configFile: false, logLevel: 'error' });
process.exit((await module.readForeign(folder)) === 0 ? 0 : 1);
