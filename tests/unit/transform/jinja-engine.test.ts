import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { JinjaEngine } from '../../../workers/transform/jinja-engine.ts';

const module = (build: string) =>
  new WebAssembly.Module(
    readFileSync(
      fileURLToPath(
        new URL(`../../../node_modules/minijinja-js/dist/${build}/minijinja_js_bg.wasm`, import.meta.url),
      ),
    ),
  );

/** A callback that throws traps the module, and from then on every error of a template does. */
function trap(engine: JinjaEngine): boolean {
  const environment = engine.environment();
  environment.addGlobal('boom', () => {
    throw new Error('boom');
  });
  try {
    environment.renderNamedStr('t.sql', '{{ boom() }}', {});
    return false;
  } catch (error) {
    return engine.recover(error, environment);
  }
}

describe.each(['web', 'bundler', 'node'])('the module of the %s build', (build) => {
  test('is started again after a trap, with all it can do', () => {
    const engine = new JinjaEngine(module(build));
    for (let i = 0; i < 5; i++) {
      expect(trap(engine)).toBe(true);
      const environment = engine.environment();
      expect(environment.renderNamedStr('t.sql', `{{ 'é' ~ ${i} }}`, {})).toBe(`é${i}`);
      expect(() => environment.renderNamedStr('t.sql', '{{ 1 / }}', {})).toThrow('syntax error');
      environment.free();
    }
  });

  test('is left alone after an error of a template', () => {
    const engine = new JinjaEngine(module(build));
    const environment = engine.environment();
    expect(engine.recover(new Error('syntax error'), environment)).toBe(false);
    expect(environment.renderNamedStr('t.sql', 'x', {})).toBe('x');
    environment.free();
  });
});
