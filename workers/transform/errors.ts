/** One thing that is wrong with a project, and where. */
export interface Problem {
  file: string;
  /** 1-based. */
  line: number;
  column?: number;
  /** The key, config, resource, Jinja tag, function or name it is about. */
  feature: string;
  message: string;
  /** What is supported instead, or what to do. */
  hint?: string;
}

/** A place in a file of the project; lines and columns are 1-based. */
export interface Place {
  file: string;
  line: number;
  column?: number;
}

/**
 * A dbt project that cannot be parsed or compiled. Carries every problem found, in file order; `file`, `line`, `column`
 * and `hint` are those of the first.
 */
export class ProjectError extends Error {
  override readonly name = 'ProjectError';
  readonly problems: Problem[];
  readonly file: string | undefined;
  readonly line: number | undefined;
  readonly column: number | undefined;
  readonly hint: string | undefined;

  constructor(problems: Problem[], options?: ErrorOptions) {
    super(problems.map(printProblem).join('\n'), options);
    const [first] = problems;
    this.problems = problems;
    this.file = first?.file;
    this.line = first?.line;
    this.column = first?.column;
    this.hint = first?.hint;
  }
}

/** A selection (`--select`, `--exclude`) that cannot be read or that names nothing. */
export class SelectionError extends Error {
  override readonly name = 'SelectionError';
  readonly hint: string;

  constructor(message: string, hint: string) {
    super(`${message} ${hint}`);
    this.hint = hint;
  }
}

/** `file:line: message hint`, as shown to the user. */
export function printProblem(problem: Problem): string {
  const hint = problem.hint === undefined ? '' : ` ${problem.hint}`;
  return `${problem.file}:${problem.line}: ${problem.message}${hint}`;
}

/** Collects problems, so that a project's errors are all told at once. */
export class Problems {
  readonly list: Problem[] = [];

  add(place: Place, feature: string, message: string, hint?: string): void {
    const known = this.list.some(
      (one) => one.file === place.file && one.line === place.line && one.message === message,
    );
    if (!known) this.list.push({ ...place, feature, message, hint });
  }

  /** Takes over the problems of a `ProjectError`; any other error is thrown again. */
  absorb(error: unknown): void {
    if (!(error instanceof ProjectError)) throw error;
    for (const one of error.problems) this.add(one, one.feature, one.message, one.hint);
  }

  /** @throws ProjectError when there is any problem */
  throwIfAny(): void {
    if (this.list.length === 0) return;
    const order = [...this.list].sort((a, b) => a.file.localeCompare(b.file) || a.line - b.line);
    throw new ProjectError(order);
  }
}
