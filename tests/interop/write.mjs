/**
 * Writes the interop tables into a folder: `node tests/interop/write.mjs <folder>`.
 * Vite runs the TypeScript, since Node 20 does not.
 */
import { fileURLToPath } from 'node:url';
import { runnerImport } from 'vite';

const [folder] = process.argv.slice(2);
if (!folder) throw new Error('Usage: node tests/interop/write.mjs <folder>');
const entry = fileURLToPath(new URL('write-tables.ts', import.meta.url));
const { module } = await runnerImport(entry, { configFile: false, logLevel: 'error' });
await module.writeTables(folder);
