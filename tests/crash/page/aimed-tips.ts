import type { Tip, TipMirror } from '../../../workers/lake/types.ts';
import { enterFile, pass } from './aimed-file-system.ts';

/** The mirror of tips, held before and after each change where the aim says so. */
export class AimedTips implements TipMirror {
  constructor(readonly inner: TipMirror) {}

  async record(table: string, tip: Tip): Promise<void> {
    enterFile('mirror');
    pass('record');
    await this.inner.record(table, tip);
    pass('recorded');
  }

  read(table: string): Promise<Tip | undefined> {
    return this.inner.read(table);
  }

  async forget(path: string): Promise<void> {
    enterFile('mirror');
    pass('forget');
    await this.inner.forget(path);
    pass('forgotten');
  }

  list(folder: string): Promise<string[]> {
    return this.inner.list(folder);
  }
}
