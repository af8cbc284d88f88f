import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FolderStore } from '../../interop/folder-store.ts';
import { describeFileStore } from './file-store-contract.ts';

describeFileStore('FolderStore', async () => new FolderStore(await mkdtemp(join(tmpdir(), 'tarn-store-'))));
