import { MemoryStore } from '../../../workers/lake/store/memory-store.ts';
import { describeFileStore } from './file-store-contract.ts';

describeFileStore('MemoryStore', async () => new MemoryStore());
