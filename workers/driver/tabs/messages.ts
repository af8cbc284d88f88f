/** What tabs say to each other. All of it is plain data: a BroadcastChannel clones, and hands over no ports and no buffers. */
import type { EngineEvent, EngineStatus, ErrorShape } from '../../api.ts';

export type TabId = string;

/** To all tabs. */
export type Notice = { from: TabId } & (
  | { type: 'hello' }
  /** Said by the leader four times a second while it has followers. */
  | { type: 'beat'; since: number; tabs: number; status: EngineStatus }
  | { type: 'event'; event: EngineEvent }
);

/** To one tab. */
export type Letter = { from: TabId } & (
  | { type: 'call'; id: number; method: string; args: unknown[] }
  | { type: 'answer'; id: number; outcome: { value: unknown } | { error: ErrorShape } }
  /** `resign` asks the leader to give way; it answers at once, and again when it has. */
  | { type: 'resign' }
  | { type: 'resigning' }
  | { type: 'resigned' }
);

export type Message = Notice | Letter;
