import { engine } from '$lib/engine.svelte.ts';
import { EngineAnswer } from '$lib/grid/engine-answer.svelte.ts';
import { writeSearch } from '$lib/charts/address.ts';
import type { HistoryEntry, LabName, TableDetail, TableName } from '../../../../../../workers/api.ts';

export const TABS = ['preview', 'schema', 'files', 'versions', 'changes'] as const;
export type TableTab = (typeof TABS)[number];

/** One table on its page: as it is now, as it was at the version looked at, and its commits. */
export class TableView {
  tab = $state<TableTab>('preview');
  /** The version looked at; null for the current one, whichever that is. */
  at = $state<number | null>(null);
  /** The versions compared. */
  from = $state<number | null>(null);
  to = $state<number | null>(null);
  readonly now = new EngineAnswer<TableDetail>();
  readonly then = new EngineAnswer<TableDetail>();
  readonly history = new EngineAnswer<HistoryEntry[]>();

  readonly isView = $derived(this.now.value?.kind === 'view');
  readonly problem = $derived(this.now.value?.problem ?? null);
  /** False for a table that must be repaired before anything of it can be shown. */
  readonly readable = $derived(this.problem?.readable !== false);
  /** What the page shows. */
  readonly shown = $derived(this.at === null ? this.now : this.then);
  readonly commits = $derived(this.history.value ?? []);
  readonly tabs = $derived(
    TABS.filter((tab) => !this.isView || tab === 'preview' || tab === 'schema').filter(
      (tab) => tab !== 'changes' || this.commits.length > 1,
    ),
  );
  /** The query of the address that opens this view again. */
  readonly address = $derived(writeSearch(this.#listAddress()));

  constructor(
    readonly lab: LabName,
    readonly name: TableName,
    search: URLSearchParams,
  ) {
    this.tab = TABS.find((one) => one === search.get('tab')) ?? 'preview';
    this.at = readVersion(search.get('at'));
    this.from = readVersion(search.get('from'));
    this.to = readVersion(search.get('to'));
  }

  /** Reads the table as it is now and its commits. */
  async refresh(): Promise<void> {
    await Promise.all([
      this.now.ask(() => this.#describe()),
      this.history.ask(async () => {
        await engine.ready;
        return engine.api.history(this.name, this.lab);
      }),
    ]);
  }

  /** Reads the table as it was. */
  async travel(): Promise<void> {
    const version = this.at;
    if (version === null) return this.then.clear();
    await this.then.ask(async () => {
      await engine.ready;
      return engine.api.tableDetail(this.name, this.lab, version);
    });
  }

  /** Looks at a version; the current one is looked at as it goes on. */
  look(version: number | null): void {
    this.at = version === this.commits[0]?.version ? null : version;
  }

  compare(from: number, to: number): void {
    [this.from, this.to, this.tab] = [from, to, 'changes'];
  }

  /** A table that cannot be described still has its problem to show. */
  async #describe(): Promise<TableDetail> {
    await engine.ready;
    try {
      return await engine.api.tableDetail(this.name, this.lab);
    } catch (thrown) {
      const summaries = await engine.api.tables(this.lab);
      const own = summaries.find(({ name, problem }) => name === this.name && problem !== null);
      if (!own) throw thrown;
      return { ...own, columns: [], partitionColumns: [], files: [], sql: null };
    }
  }

  #listAddress(): [string, string][] {
    const versions = this.tab === 'changes' ? { from: this.from, to: this.to } : {};
    const numbers = Object.entries({ at: this.at, ...versions }).filter(([, value]) => value !== null);
    return [
      ['name', this.name],
      ...(this.tab === 'preview' ? [] : [['tab', this.tab] as [string, string]]),
      ...numbers.map(([key, value]): [string, string] => [key, String(value)]),
    ];
  }
}

function readVersion(text: string | null): number | null {
  return text !== null && /^\d{1,15}$/.test(text) ? Number(text) : null;
}
