import { LABS } from '$lib/share/labs.ts';

/** No page links here before there is a run, so the prerenderer is told. */
export const entries = () => LABS.map((lab) => ({ lab: lab.name }));
