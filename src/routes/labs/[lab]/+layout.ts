import { error } from '@sveltejs/kit';
import * as m from '$lib/paraglide/messages.js';
import { findLab } from '$lib/share/labs.ts';

/** Refuses labs that do not exist; pages read `data.lab`. */
export function load({ params }: { params: { lab: string } }): { lab: string } {
  if (!findLab(params.lab)) error(404, m.common_not_found_title());
  return { lab: params.lab };
}
