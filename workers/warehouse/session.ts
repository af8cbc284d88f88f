/** A person's connection to one catalog, with the temporary objects made on it. */

import type { Connection } from './connection.ts';
import type { CatalogCopy } from './copies.ts';
import { ReadOnlyError } from './errors.ts';
import type { Definition } from './read-plan.ts';
import { isIdentifier, isSymbol, keywordOf, type Token } from './sql-tokens.ts';
import { classifyStatement, type Statement, type StatementClass } from './statements.ts';

/** The temporary objects of a session, so that writes to them pass and reads through them are followed. */
export class Session {
  /** Temporary views and macros. */
  readonly definitions: Definition[] = [];
  private readonly temporaries = new Set<string>();

  constructor(
    readonly connection: Connection,
    readonly catalog: CatalogCopy,
  ) {}

  /** Notes what a statement that has run made or dropped. */
  note(statement: Statement): void {
    const { kind, verb, target } = classifyStatement(statement.tokens);
    const name = targetOf(statement.tokens, target)?.name;
    if (name === undefined) return;
    if (kind === 'temporary' && verb === 'create') {
      this.forget(name);
      this.temporaries.add(name);
      const isTable = statement.tokens.slice(0, target).some((token) => keywordOf(token) === 'table');
      if (!isTable)
        this.definitions.push({ name, catalog: this.catalog, tokens: statement.tokens.slice(target + 1) });
    }
    if (kind === 'write' && verb === 'drop') this.forget(name);
  }

  /** True when a statement changes nothing but what this session made itself, or an earlier statement of the text. */
  ownsTarget(tokens: readonly Token[], target: number, madeBefore: ReadonlySet<string>): boolean {
    const named = targetOf(tokens, target);
    return (
      named !== null && named.temporary && (this.temporaries.has(named.name) || madeBefore.has(named.name))
    );
  }

  private forget(name: string): void {
    this.temporaries.delete(name);
    const at = this.definitions.findIndex((definition) => definition.name === name);
    if (at >= 0) this.definitions.splice(at, 1);
  }
}

/** Refuses a text that would change more than temporary objects. Rejects before anything has run, with the place. */
export function admitStatements(text: string, statements: readonly Statement[], session: Session): void {
  const madeBefore = new Set<string>();
  for (const statement of statements) {
    const found = classifyStatement(statement.tokens);
    const name = targetOf(statement.tokens, found.target)?.name;
    if (found.kind === 'temporary' && name !== undefined) madeBefore.add(name);
    const allowed =
      found.kind === 'write'
        ? session.ownsTarget(statement.tokens, found.target, madeBefore)
        : found.kind !== 'refused';
    if (!allowed) throw refusal(text, statement, found);
  }
}

function refusal(text: string, statement: Statement, { kind, verb }: StatementClass): ReadOnlyError {
  const before = text.slice(0, statement.start).split('\n');
  const changes = kind === 'write' || verb === 'create';
  const why = changes
    ? 'the warehouse is a read-only copy of the lake'
    : 'the warehouse is closed: it loads nothing, writes nothing and keeps its settings';
  return new ReadOnlyError(`${verb.toUpperCase()} is refused: ${why}.`, {
    sql: text,
    line: before.length,
    column: (before.at(-1) ?? '').length + 1,
    hint: changes
      ? 'Use CREATE TEMP TABLE or CREATE TEMP VIEW for results of your own; models change the lake.'
      : undefined,
  });
}

/** The object a statement makes or changes; `temporary` when its name can be that of a temporary object. */
function targetOf(tokens: readonly Token[], at: number): { name: string; temporary: boolean } | null {
  const parts: string[] = [];
  for (let i = at; isIdentifier(tokens[i]); i += 2) {
    parts.push((tokens[i]?.text ?? '').toLowerCase());
    if (!isSymbol(tokens[i + 1], '.')) break;
  }
  const name = parts.at(-1);
  return name === undefined ? null : { name, temporary: parts.length === 1 || parts[0] === 'temp' };
}
