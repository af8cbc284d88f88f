import { type Place, type Problem, ProjectError } from './errors.ts';
import { type JinjaEnvironment, JinjaEngine } from './jinja-engine.ts';
import { type Scan, scanTemplate } from './jinja-scan.ts';
import type { JinjaFunction, JinjaScope, Template } from './jinja-scope.ts';
import { type MacroLibrary, MACRO_TEMPLATE } from './macro-library.ts';
import { checkScan } from './vocabulary.ts';

/** Attributes of `this` and methods of `config`, which minijinja cannot hang on a value that prints as text. */
const FLATTENED = new Map([
  ['this', ['database', 'schema', 'identifier', 'name', 'table']],
  ['config', ['get', 'require']],
]);

/** MiniJinja escapes by a template's extension (`.yml` as JSON): text must stay as it is, whatever file it is from. */
const TEMPLATE = 'template.sql';

/** dbt's Jinja on MiniJinja 2.11: renders templates and single expressions. */
export class Jinja {
  readonly #engine: JinjaEngine;

  constructor(engine: JinjaEngine) {
    this.#engine = engine;
  }

  /** @throws ProjectError with file and line when the template is wrong or a function it calls refuses */
  render(template: Template, scope: JinjaScope, macros?: MacroLibrary): string {
    const scan = scanTemplate(template.text);
    checkScan(template, scan, scope, [...(macros?.macros.keys() ?? [])]);
    const used = [...(macros?.macros.keys() ?? [])].filter((name) =>
      scan.mentions.some((one) => one.path[0] === name),
    );
    const head = used.length === 0 ? '' : `{% from "${MACRO_TEMPLATE}" import ${used.join(', ')} %}`;
    const source = head + flattenAttributes(template.text, scan);
    return this.#run(template, scan, scope, macros, (environment) =>
      environment.renderNamedStr(TEMPLATE, source, {}),
    );
  }

  /** The value of one expression (without `{{ }}`): text, number, list, Map. */
  evaluate(template: Template, scope: JinjaScope): unknown {
    const scan = scanTemplate(`{{${template.text}}}`);
    checkScan(template, scan, scope, []);
    return this.#run(template, scan, scope, undefined, (environment) =>
      environment.evalExpr(template.text, {}),
    );
  }

  #run<T>(
    template: Template,
    scan: Scan,
    scope: JinjaScope,
    macros: MacroLibrary | undefined,
    work: (environment: JinjaEnvironment) => T,
  ): T {
    const faults: Problem[] = [];
    const environment = this.#engine.environment();
    try {
      if (macros) environment.addTemplate(MACRO_TEMPLATE, macros.text);
      fillScope(environment, scope, (name, error, args) =>
        faults.push(faultOf(name, error, args, template, scan)),
      );
      const result = work(environment);
      if (faults.length > 0) throw new ProjectError(faults);
      environment.free();
      return result;
    } catch (error) {
      const stopped = this.#engine.recover(error, environment);
      if (!stopped) environment.free();
      if (faults.length > 0 || error instanceof ProjectError)
        throw new ProjectError(faults, { cause: error });
      throw new ProjectError([problemOf(error, stopped, template, macros)], { cause: error });
    }
  }
}

/** Starts the Jinja engine from the bytes (or module) of `minijinja_js_bg.wasm`, of any of minijinja-js's builds. */
export async function initJinja(wasm: BufferSource | WebAssembly.Module): Promise<Jinja> {
  const module = wasm instanceof WebAssembly.Module ? wasm : await WebAssembly.compile(wasm);
  return new Jinja(new JinjaEngine(module));
}

function flattenAttributes(text: string, scan: Scan): string {
  let result = text;
  for (const { path, start, end } of [...scan.mentions].sort((a, b) => b.start - a.start)) {
    const [root = '', member = ''] = path;
    if (path.length !== 2 || !FLATTENED.get(root)?.includes(member)) continue;
    result = `${result.slice(0, start)}${root}__${member}${result.slice(end)}`;
  }
  return result;
}

type Fault = (name: string, error: unknown, args: unknown[]) => void;

function fillScope(environment: JinjaEnvironment, scope: JinjaScope, fault: Fault): void {
  for (const [name, value] of Object.entries(scope.values)) environment.addGlobal(name, value);
  for (const [name, fn] of Object.entries(scope.functions))
    environment.addGlobal(name, guard(name, fn, fault));
  for (const [name, members] of Object.entries(scope.namespaces)) {
    const guarded = Object.entries(members).map(([key, fn]) => [key, guard(`${name}.${key}`, fn, fault)]);
    environment.addGlobal(name, Object.fromEntries(guarded));
  }
}

/** An exception thrown into MiniJinja would kill it: remember it and answer the empty text. */
function guard(name: string, fn: JinjaFunction, fault: Fault): (...args: unknown[]) => unknown {
  return (...args) => {
    try {
      const last = args.at(-1);
      if (!(last instanceof Map)) return fn(args, {});
      return fn(args.slice(0, -1), plainValue(last) as Record<string, unknown>);
    } catch (error) {
      fault(name, error, args);
      return '';
    }
  };
}

/** Maps become objects, at every depth. */
export function plainValue(value: unknown): unknown {
  if (value instanceof Map) return Object.fromEntries([...value].map(([k, v]) => [String(k), plainValue(v)]));
  return Array.isArray(value) ? value.map(plainValue) : value;
}

function faultOf(name: string, error: unknown, args: unknown[], template: Template, scan: Scan): Problem {
  const flat = name.replace('__', '.');
  const calls = scan.mentions.filter((one) => one.called && one.path.join('.') === flat);
  const same = calls.find(
    (one) => one.literals.length > 0 && one.literals.every((text, i) => text === args[i]),
  );
  const call = same ?? calls[0];
  const place: Place = {
    file: template.file,
    line: (template.line ?? 1) - 1 + (call?.line ?? 1),
    column: call?.column,
  };
  if (error instanceof ProjectError && error.problems[0]) return { ...error.problems[0], ...place };
  return { ...place, feature: flat, message: error instanceof Error ? error.message : String(error) };
}

function problemOf(
  error: unknown,
  stopped: boolean,
  template: Template,
  macros: MacroLibrary | undefined,
): Problem {
  const place = { file: template.file, line: template.line ?? 1, feature: 'jinja' };
  if (stopped) {
    const message = 'The template stopped the Jinja engine, which has been started again.';
    return { ...place, message, hint: 'Look for a macro that calls itself without end.' };
  }
  const text = error instanceof Error ? error.message : String(error);
  const [head = ''] = text.split('\n');
  const found = /^(?<message>.*) \(in (?<name>.*):(?<line>\d+)\)$/.exec(head)?.groups;
  const message = `Jinja: ${found?.message ?? head}`;
  const line = Number(found?.line ?? 1);
  if (found?.name === MACRO_TEMPLATE && macros) return { ...macros.placeOf(line), feature: 'jinja', message };
  return { file: template.file, line: (template.line ?? 1) - 1 + line, feature: 'jinja', message };
}
