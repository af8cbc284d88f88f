declare module 'minijinja-js/dist/bundler/minijinja_js_bg.js' {
  import { Environment as Declared } from 'minijinja-js';
  export class Environment extends Declared {
    __destroy_into_raw(): number;
  }
  export function __wbg_set_wasm(exports: WebAssembly.Exports): void;
}
