/** What templates are given: names, functions, and where their text is from. */

/** A function as templates call it: positional arguments, then those given by name. May throw; the template goes on with ''. */
export type JinjaFunction = (args: unknown[], named: Record<string, unknown>) => unknown;

/** What a template can name. An object of functions is a namespace (`dbt.dateadd`). */
export interface JinjaScope {
  values: Record<string, unknown>;
  functions: Record<string, JinjaFunction>;
  namespaces: Record<string, Record<string, JinjaFunction>>;
}

export interface Template {
  file: string;
  text: string;
  /** Line of the file on which `text` begins; 1 when not given. */
  line?: number;
}
