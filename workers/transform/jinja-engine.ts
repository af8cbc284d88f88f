import * as bindings from 'minijinja-js/dist/bundler/minijinja_js_bg.js';

/** A MiniJinja environment, as far as it is used here. */
export interface JinjaEnvironment {
  addTemplate(name: string, source: string): void;
  renderNamedStr(name: string, source: string, context: Record<string, unknown>): string;
  evalExpr(expression: string, context: Record<string, unknown>): unknown;
  addGlobal(name: string, value: unknown): void;
  enablePyCompat(): void;
  free(): void;
  undefinedBehavior: string;
  debug: boolean;
  fuel: number | null | undefined;
}

/** Steps that one template may take: far more than any model needs, and an endless loop still ends in well under a second. */
const FUEL = 5_000_000;

/**
 * The MiniJinja WebAssembly module. A trap inside it poisons every later template error, so the engine can start the
 * module again; the bindings are those of the `bundler` build because only they let the instance be replaced.
 */
export class JinjaEngine {
  readonly #module: WebAssembly.Module;
  #memory: WebAssembly.Memory | undefined;

  constructor(module: WebAssembly.Module) {
    this.#module = module;
    this.restart();
  }

  /** Replaces the instance by a fresh one. */
  restart(): void {
    const imports: Record<string, Record<string, WebAssembly.ImportValue>> = {};
    const table: Record<string, unknown> = { ...bindings };
    for (const { module, name } of WebAssembly.Module.imports(this.#module))
      (imports[module] ??= {})[name] = table[name] as WebAssembly.ImportValue;
    const { exports } = new WebAssembly.Instance(this.#module, imports);
    // Growing detaches the old buffer: only then do the bindings let go of their cached view of it.
    this.#memory?.grow(1);
    this.#memory = exports.memory as WebAssembly.Memory;
    bindings.__wbg_set_wasm(exports);
  }

  /** A fresh environment with dbt's settings; the caller frees it. */
  environment(): JinjaEnvironment {
    const environment: JinjaEnvironment = new bindings.Environment();
    environment.enablePyCompat();
    environment.undefinedBehavior = 'chainable';
    environment.debug = true;
    environment.fuel = FUEL;
    return environment;
  }
}
