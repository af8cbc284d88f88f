import * as bindings from 'minijinja-js/dist/bundler/minijinja_js_bg.js';

/** A MiniJinja environment, as far as it is used here. */
export interface JinjaEnvironment {
  addTemplate(name: string, source: string): void;
  renderNamedStr(name: string, source: string, context: Record<string, unknown>): string;
  evalExpr(expression: string, context: Record<string, unknown>): unknown;
  addGlobal(name: string, value: unknown): void;
  enablePyCompat(): void;
  free(): void;
  /** Forgets the environment without freeing it: its memory went down with the instance. */
  __destroy_into_raw(): number;
  undefinedBehavior: string;
  debug: boolean;
  fuel: number | null | undefined;
}

/** Steps that one template may take: far more than any model needs, and an endless loop still ends in well under a second. */
const FUEL = 5_000_000;

/** Memory of the instance that the bindings, of which there is one per thread, now use. */
let memory: WebAssembly.Memory | undefined;

/**
 * The MiniJinja WebAssembly module. A trap inside it poisons every later template error, so the engine can start the
 * module again; the bindings are those of the `bundler` build because only they let the instance be replaced.
 */
export class JinjaEngine {
  readonly #module: WebAssembly.Module;

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
    memory?.grow(1);
    memory = exports.memory as WebAssembly.Memory;
    bindings.__wbg_set_wasm(exports);
  }

  /** Restarts after an error that left the instance in an unknown state; answers whether it did. */
  recover(error: unknown, environment: JinjaEnvironment): boolean {
    const stackOverflow =
      error instanceof RangeError || (error instanceof Error && error.name === 'InternalError');
    if (!(error instanceof WebAssembly.RuntimeError || stackOverflow)) return false;
    // Freed later, by the garbage collector, it would be freed in the new instance's memory.
    environment.__destroy_into_raw();
    this.restart();
    return true;
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
