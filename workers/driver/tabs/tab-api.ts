/** The engine as a tab's page sees it, the same in every tab. */
import type { EngineApi } from '../../api.ts';
import { METHODS } from './methods.ts';
import type { Tab } from './tab.ts';

export function createTabApi(tab: Tab): EngineApi {
  const handedOn = METHODS.map(
    (method) => [method, (...args: unknown[]) => tab.calls.call(method, args)] as const,
  );
  const own: Pick<EngineApi, 'role' | 'takeOver' | 'status' | 'subscribe'> = {
    role: () => tab.role(),
    takeOver: () => tab.takeOver(),
    status: () => tab.status(),
    subscribe: (listener) => tab.subscribe(listener),
  };
  // METHODS has all that `own` has not: the compiler checks it there.
  return { ...Object.fromEntries(handedOn), ...own } as EngineApi;
}
