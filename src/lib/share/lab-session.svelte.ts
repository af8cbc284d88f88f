import { engine } from '$lib/engine.svelte.ts';
import type { Fingerprint, ImportReport, LabName, ParamSpec, RunSummary } from '../../../workers/api.ts';
import { LABS } from './labs.ts';
import { checkParams, readParams, type ParamTexts } from './param-check.ts';
import { formatRecipe, parseRecipe, type RecipeProblem } from './recipe.ts';
import { TRANSACTIONS_GENERATOR, TRANSACTIONS_PARAMS } from './transactions-params.ts';

/** What an opened link says must come out. */
export interface LinkPromise {
  generator: string | null;
  fingerprints: Record<string, Fingerprint>;
}

/** Parameters that decide rows; speed and packing change none. */
const DECIDING = ['rowsPerDay', 'days', 'startDate', 'seed', 'dirtRate', 'source'];

/** The source a user's own files replace. */
const SOURCE = 'transactions';

/** What the pages of one lab share while the site is open: the parameters, the link that was opened, and the wish to run. */
export class LabSession {
  readonly lab: LabName;
  texts = $state<ParamTexts>({});
  /** From the link that was opened. */
  expected = $state.raw<LinkPromise | null>(null);
  linkTexts = $state.raw<ParamTexts | null>(null);
  linkGenerator = $state.raw<string | null>(null);
  linkProblems = $state.raw<RecipeProblem[]>([]);
  /** Run was pressed and the engine has not told of the run yet. */
  starting = $state(false);
  cancelling = $state(false);
  error = $state.raw<unknown>(null);
  imported = $state.raw<ImportReport | null>(null);
  /** Newest first; read when the engine is ready and after every run. */
  runs = $state.raw<RunSummary[] | null>(null);

  readonly info = $derived(engine.labs.find((one) => one.name === this.lab));
  readonly specs: readonly ParamSpec[] = $derived(this.info?.params ?? TRANSACTIONS_PARAMS);
  readonly generator = $derived(this.info?.generatorVersion ?? TRANSACTIONS_GENERATOR);
  readonly problems = $derived(checkParams(this.specs, this.texts));
  readonly params = $derived(this.problems.length === 0 ? readParams(this.specs, this.texts) : null);
  /** The query of the address: the recipe, and while it is the opened link's, that link's generator and fingerprints. */
  readonly address = $derived(
    formatRecipe(
      this.isLinkRecipe(this.texts)
        ? {
            texts: this.texts,
            generator: this.linkGenerator ?? this.generator,
            fingerprints: this.expected?.fingerprints ?? null,
          }
        : { texts: this.texts, generator: this.generator, fingerprints: null },
      this.specs,
    ),
  );

  constructor(lab: LabName) {
    this.lab = lab;
  }

  /** Takes the recipe of an address; an address without one changes nothing. */
  open(search: URLSearchParams): void {
    if (search.size === 0) return;
    const { recipe, problems } = parseRecipe(search, this.specs);
    this.texts = recipe.texts;
    this.linkTexts = recipe.texts;
    this.linkProblems = problems;
    this.linkGenerator = recipe.generator;
    this.expected = recipe.fingerprints && { generator: recipe.generator, fingerprints: recipe.fingerprints };
  }

  /** Whether parameters would make the rows that the opened link speaks of. */
  isLinkRecipe(params: Record<string, string | number>): boolean {
    const opened = this.linkTexts;
    if (opened === null) return false;
    return this.specs
      .filter((spec) => DECIDING.includes(spec.name))
      .every((spec) => isSameValue(params[spec.name] ?? spec.default, opened[spec.name] ?? spec.default));
  }

  /** Back to the defaults; a link that was opened no longer counts. */
  reset(): void {
    this.texts = {};
    this.linkTexts = null;
    this.linkGenerator = null;
    this.linkProblems = [];
    this.expected = null;
  }

  textOf(spec: ParamSpec): string {
    return this.texts[spec.name] ?? String(spec.default);
  }

  /** The same parameters again: those of a run that was. */
  take(params: Record<string, string | number>): void {
    const known = this.specs.filter((spec) => params[spec.name] !== undefined);
    this.texts = Object.fromEntries(known.map((spec) => [spec.name, String(params[spec.name])]));
  }

  /** The link to a run's recipe with its fingerprints. */
  linkQuery(run: RunSummary): string {
    const texts = Object.fromEntries(
      Object.entries(run.params).map(([name, value]) => [name, String(value)]),
    );
    return formatRecipe(
      { texts, generator: run.generatorVersion, fingerprints: run.fingerprint },
      this.specs,
    );
  }

  /** Runs the lab with the parameters of the form; what goes wrong before the run begins is in `error`. */
  async run(): Promise<void> {
    const params = this.params;
    if (params === null || this.starting || engine.activeRun(this.lab)) return;
    this.starting = true;
    this.error = null;
    try {
      await engine.ready;
      await engine.api.run(this.lab, params);
      this.runs = await engine.api.runs(this.lab);
    } catch (thrown) {
      this.error = thrown;
    } finally {
      this.starting = false;
    }
  }

  async cancel(): Promise<void> {
    const active = engine.activeRun(this.lab);
    if (!active || this.cancelling) return;
    this.cancelling = true;
    try {
      await engine.api.cancel(active.runId);
    } catch (thrown) {
      this.error = thrown;
    } finally {
      this.cancelling = false;
    }
  }

  /** Reads what the lake knows of this lab: runs and imported files. */
  async refresh(): Promise<void> {
    await engine.ready;
    [this.runs, this.imported] = await Promise.all([
      engine.api.runs(this.lab),
      engine.api.imported(this.lab, SOURCE),
    ]);
  }

  async importFiles(files: File[]): Promise<void> {
    await engine.ready;
    this.imported = await engine.api.importFiles(this.lab, SOURCE, files);
    this.texts['source'] = 'files';
  }

  async clearImport(): Promise<void> {
    await engine.api.clearImport(this.lab, SOURCE);
    this.imported = null;
    this.texts['source'] = 'generator';
  }
}

/** `0.01` and `.010` are the same value; other texts are compared as they are. */
function isSameValue(a: string | number, b: string | number): boolean {
  return String(a) === String(b) || (String(a) !== '' && Number(a) === Number(b));
}

// Made with the module, not on demand: a session made inside a page's effect would die with that page.
const sessions = new Map(LABS.map(({ name }) => [name, new LabSession(name)]));

/** The session of a lab; the same object on every page. @throws RangeError for a lab that does not exist */
export function labSession(lab: LabName): LabSession {
  const session = sessions.get(lab);
  if (!session) throw new RangeError(`There is no lab "${lab}".`);
  return session;
}
