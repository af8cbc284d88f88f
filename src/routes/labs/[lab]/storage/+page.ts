import { LABS } from '$lib/share/labs.ts';

export const entries = () => LABS.map(({ name }) => ({ lab: name }));
