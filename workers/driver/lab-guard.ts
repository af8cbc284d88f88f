/** Keeps runs and imports out of a lab that is being exchanged, and the other way round. */
import type { LabName } from '../api.ts';

/** The lab is in use, and what was asked would take its tables away. */
export class LabBusyError extends Error {
  override readonly name = 'LabBusyError';

  constructor(lab: LabName, by: string) {
    super(`The lab ${lab} is in use by ${by}. Wait until it has ended, or cancel it, then try again.`);
  }
}

export class LabGuard {
  readonly #exchanges = new Map<LabName, string>();

  /** `isRunning`: a run of the lab is planned or under way. */
  constructor(readonly isRunning: (lab: LabName) => boolean) {}

  /** Runs what replaces or deletes labs, alone. @throws LabBusyError */
  async exchange<T>(labs: LabName[], what: string, work: () => Promise<T>): Promise<T> {
    for (const lab of labs) {
      if (this.isRunning(lab)) throw new LabBusyError(lab, 'a run');
      this.requireFree(lab);
    }
    for (const lab of labs) this.#exchanges.set(lab, what);
    try {
      return await work();
    } finally {
      for (const lab of labs) this.#exchanges.delete(lab);
    }
  }

  /** To be asked before a run or an import begins. @throws LabBusyError */
  requireFree(lab: LabName): void {
    const what = this.#exchanges.get(lab);
    if (what !== undefined) throw new LabBusyError(lab, what);
  }
}
