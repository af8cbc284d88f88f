import type { Tip, TipMirror } from '../../../../workers/lake/types.ts';

/** A mirror that is lost with its thread, by the rules of the port. */
export class MemoryTips implements TipMirror {
  readonly tips = new Map<string, Tip>();

  async record(table: string, tip: Tip): Promise<void> {
    const kept = this.tips.get(table);
    if (kept && kept.version > tip.version) return;
    const lost = tip.lost ?? kept?.lost;
    this.tips.set(table, { ...tip, ...(lost ? { lost } : {}) });
  }

  async read(table: string): Promise<Tip | undefined> {
    return this.tips.get(table);
  }

  async forget(path: string): Promise<void> {
    for (const table of [...this.tips.keys()]) {
      if (table === path || table.startsWith(`${path}/`)) this.tips.delete(table);
    }
  }

  async list(folder: string): Promise<string[]> {
    return [...this.tips.keys()].filter((table) => table.startsWith(`${folder}/`)).sort();
  }
}
