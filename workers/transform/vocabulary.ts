import { Problems } from './errors.ts';
import type { JinjaScope, Template } from './jinja-scope.ts';
import { MACRO_TAGS, MODEL_TAGS, type Named, type Scan } from './jinja-scan.ts';

/** What a template may say. */
interface Vocabulary {
  functions: ReadonlySet<string>;
  /** Members by name: `dbt` has `dateadd`, `target` has `schema`. */
  members: ReadonlyMap<string, ReadonlySet<string>>;
  values: ReadonlySet<string>;
  tags: ReadonlySet<string>;
}

const words = (text: string) => new Set(text.split(' '));

const JINJA_FUNCTIONS = words('range dict namespace cycler joiner');

const FILTERS = words(
  'abs attr batch bool capitalize chain default d dictsort e escape first float groupby indent int items join last length count lines list lower map max min pprint reject rejectattr replace reverse round safe select selectattr slice sort split string sum title tojson trim truncate unique upper',
);
const TESTS = words(
  'boolean defined divisibleby endingwith eq equalto escaped even false filter float ge gt greaterthan in integer iterable le lt lessthan lower mapping ne none number odd safe sameas sequence startingwith string test true undefined upper',
);
const LATER: Record<string, string> = {
  snapshot: 'Snapshots are not supported yet.',
  docs: 'Write the text in `description:` of the properties file.',
  materialization: 'Use materialized table, view or ephemeral.',
  run_query: 'Templates cannot read data while they are rendered.',
  statement: 'Templates cannot read data while they are rendered.',
  adapter: "Call dbt's cross-database macros directly, such as dbt.dateadd().",
  return: 'A macro renders to text: write the text instead.',
};

/**
 * Checks what a template says against its scope, without rendering it: an unknown name would otherwise render to nothing.
 * @throws ProjectError with every tag, function, variable, filter and test that is not known, at its line
 */
export function checkScan(
  template: Template,
  scan: Scan,
  scope: JinjaScope,
  macros: string[],
  inMacros = false,
): void {
  const problems = new Problems();
  checkWords(template, scan, vocabularyOf(scope, macros, inMacros), problems);
  problems.throwIfAny();
}

/** `this__schema` of a scope is the member `schema` of `this`. */
function vocabularyOf(scope: JinjaScope, macros: string[], inMacros: boolean): Vocabulary {
  const members = new Map<string, Set<string>>();
  const addMember = (root: string, member: string) =>
    members.set(root, (members.get(root) ?? new Set<string>()).add(member));
  for (const name of [...Object.keys(scope.values), ...Object.keys(scope.functions)]) {
    const [root, member] = name.split('__');
    if (root && member) addMember(root, member);
  }
  for (const [root, functions] of Object.entries(scope.namespaces))
    for (const member of Object.keys(functions)) addMember(root, member);
  for (const [root, value] of Object.entries(scope.values))
    if (typeof value === 'object' && value !== null)
      for (const member of Object.keys(value)) addMember(root, member);
  const plain = (names: string[]) => names.filter((name) => !name.includes('__'));
  return {
    functions: new Set([...plain(Object.keys(scope.functions)), ...JINJA_FUNCTIONS, ...macros]),
    members,
    values: new Set(plain(Object.keys(scope.values))),
    tags: inMacros ? MACRO_TAGS : MODEL_TAGS,
  };
}

function checkWords(template: Template, scan: Scan, known: Vocabulary, problems: Problems): void {
  const refuse = (
    kind: string,
    name: string,
    at: { line: number; column: number },
    supported: Iterable<string>,
  ) => {
    const hint = LATER[name.split('.')[0] ?? name] ?? `Supported: ${[...supported].sort().join(', ')}.`;
    const place = { file: template.file, line: at.line + (template.line ?? 1) - 1, column: at.column };
    const shown = kind === 'tag' ? `{% ${name} %}` : `'${name}'`;
    problems.add(place, name, `The Jinja ${kind} ${shown} is not supported.`, hint);
  };
  const refuseOutside = (kind: string, list: Named[], allowed: ReadonlySet<string>) => {
    for (const one of list) if (!allowed.has(one.name)) refuse(kind, one.name, one, allowed);
  };
  refuseOutside('tag', scan.tags, known.tags);
  refuseOutside('filter', scan.filters, FILTERS);
  refuseOutside('test', scan.tests, TESTS);
  for (const mention of scan.mentions) {
    const supported = supportedInstead(mention.path, mention.called, known);
    if (supported)
      refuse(mention.called ? 'function' : 'variable', mention.path.join('.'), mention, supported);
  }
}

/** Null when the name is known, else what there is in its place. */
function supportedInstead(path: string[], called: boolean, known: Vocabulary): ReadonlySet<string> | null {
  const [root = '', member] = path;
  const members = known.members.get(root);
  if (member !== undefined && members) return members.has(member) ? null : members;
  if (known.functions.has(root)) return member === undefined ? null : known.functions;
  if (known.values.has(root) || members) return null;
  return called ? known.functions : known.values;
}
