import { serve } from '../../scripts/serve.mjs';

/** Serves the built site from a sub-path two folders deep, as a project page would, for all end-to-end tests. */
export default async function serveSite() {
  const site = await serve({ port: Number(process.env.TARN_E2E_PORT), base: '/some/where' });
  return () => site.close();
}
