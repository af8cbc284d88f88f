/** Tabs of one site: one leads, the others follow it. */

export type TabRole =
  | { role: 'leader'; tabs: number }
  | {
      role: 'follower';
      tabs: number;
      /** False when the leader has not answered for a second: frozen, or crashed and not yet replaced. */
      leaderAnswers: boolean;
    }
  /** Not known yet, or on the way from one to the other. */
  | { role: 'electing'; tabs: number };

export interface TabsApi {
  role(): Promise<TabRole>;
  /** Makes this tab the leader; resolves when it is. The former leader follows, and its runs are cancelled. */
  takeOver(): Promise<void>;
}
