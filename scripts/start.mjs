// npm start: sets up, builds, serves on http://localhost:4173.
import { buildSite, installPackages } from './setup.mjs';

installPackages();
buildSite();
const { serve } = await import('./serve.mjs');
try {
  const { url } = await serve({ port: Number(process.env.PORT ?? 4173) });
  console.log(`\nTarn is at ${url}\nPress Ctrl+C to stop.`);
} catch (error) {
  console.error(
    error.code === 'EADDRINUSE'
      ? `Port ${error.port} is in use: stop what runs there, or start with PORT=<another> npm start.`
      : error,
  );
  process.exit(1);
}
