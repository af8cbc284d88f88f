import * as m from '$lib/paraglide/messages.js';
import type { TabRole } from '../../../../workers/api.ts';

/** A tab's role in words. */
export interface RoleShown {
  state: 'leader' | 'follower' | 'silent' | 'electing';
  word: string;
  explain: string;
}

export function describeRole(role: TabRole): RoleShown {
  if (role.role === 'electing')
    return { state: 'electing', word: m.tabs_electing(), explain: m.tabs_electing_explain() };
  if (role.role === 'leader') {
    const explain = role.tabs > 1 ? m.tabs_leader_explain({ tabs: role.tabs }) : m.tabs_alone_explain();
    return { state: 'leader', word: m.tabs_leader(), explain };
  }
  if (!role.leaderAnswers)
    return { state: 'silent', word: m.tabs_silent(), explain: m.tabs_silent_explain() };
  return { state: 'follower', word: m.tabs_follower(), explain: m.tabs_follower_explain() };
}
