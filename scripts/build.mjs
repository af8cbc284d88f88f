// Builds the site into build/. The process ends as soon as the build has: the message compiler would keep it alive for half a minute.
import { build } from 'vite';

try {
  console.log('Building the site ...');
  await build({ logLevel: 'warn' });
  process.exit(0);
} catch (error) {
  console.error(error);
  process.exit(1);
}
