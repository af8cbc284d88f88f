// Builds the site into build/. The process ends as soon as the build has: the message compiler would keep it alive for half a minute.
import { build } from 'vite';

try {
  await build({ logLevel: process.env.CI ? 'warn' : 'info' });
  process.exit(0);
} catch (error) {
  console.error(error);
  process.exit(1);
}
