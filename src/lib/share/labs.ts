import * as m from '$lib/paraglide/messages.js';
import type { LabName } from '../../../workers/api.ts';

/** What pages know of a lab before the engine has answered. */
export interface LabCard {
  name: LabName;
  title: () => string;
  description: () => string;
}

/** The labs that exist, in the order of the gallery. */
export const LABS: readonly LabCard[] = [
  { name: 'transactions', title: m.lab_transactions_title, description: m.lab_transactions_description },
];

export function findLab(name: string | undefined): LabCard | undefined {
  return LABS.find((lab) => lab.name === name);
}
