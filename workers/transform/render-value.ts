import type { Problems } from './errors.ts';
import { type Jinja, plainValue } from './jinja.ts';
import type { JinjaScope } from './jinja-scope.ts';
import type { Tree } from './yaml-tree.ts';

/** The plain value of a YAML subtree, Jinja in its texts rendered. */
export type RenderValue = (tree: Tree) => unknown;

/**
 * Renders Jinja in YAML with a scope (`var`, `env_var`, `target`). A text that is one `{{ expression }}` keeps the value's type.
 */
export function valueRenderer(jinja: Jinja, scope: JinjaScope, problems: Problems): RenderValue {
  const render: RenderValue = (tree) => {
    if (tree.items) return tree.items.map(render);
    if (tree.entries)
      return Object.fromEntries([...tree.entries.values()].map((entry) => [entry.key, render(entry.tree)]));
    const { value, file, line } = tree;
    if (typeof value !== 'string' || !/\{[{%]/.test(value)) return value;
    const whole = /^\s*\{\{((?:(?!\}\}|\{\{)[\s\S])*)\}\}\s*$/.exec(value)?.[1];
    try {
      if (whole !== undefined) return plainValue(jinja.evaluate({ file, line, text: whole.trim() }, scope));
      return jinja.render({ file, line, text: value }, scope);
    } catch (error) {
      problems.absorb(error);
      return null;
    }
  };
  return render;
}
