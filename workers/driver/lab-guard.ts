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
  readonly #uses = new Set<{ lab: LabName; what: string }>();

  /** `isRunning`: a run of the lab is planned or under way. */
  constructor(readonly isRunning: (lab: LabName) => boolean) {}

  /** Runs what replaces or deletes labs, alone. @throws LabBusyError */
  async exchange<T>(labs: LabName[], what: string, work: () => Promise<T>): Promise<T> {
    for (const lab of labs) {
      if (this.isRunning(lab)) throw new LabBusyError(lab, 'a run');
      const use = [...this.#uses].find((one) => one.lab === lab);
      if (use) throw new LabBusyError(lab, use.what);
      this.requireFree(lab);
    }
    for (const lab of labs) this.#exchanges.set(lab, what);
    try {
      return await work();
    } finally {
      for (const lab of labs) this.#exchanges.delete(lab);
    }
  }

  /** Runs work on a lab's tables that keeps exchanges out, and nothing else. @throws LabBusyError */
  async use<T>(lab: LabName, what: string, work: () => Promise<T>): Promise<T> {
    this.requireFree(lab);
    const use = { lab, what };
    this.#uses.add(use);
    try {
      return await work();
    } finally {
      this.#uses.delete(use);
    }
  }

  /** To be asked before a run or an import begins. @throws LabBusyError */
  requireFree(lab: LabName): void {
    const what = this.#exchanges.get(lab);
    if (what !== undefined) throw new LabBusyError(lab, what);
  }
}
