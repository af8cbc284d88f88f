/** zip.js without workers and without anything to fetch: what it packs is stored, what it unpacks the browser inflates. */
import { configure } from '@zip.js/zip.js/lib/zip-core-custom.js';

/** Bytes read at a time: each read of a disk-backed file costs a message to another process. */
const CHUNK_BYTES = 1024 * 1024;

configure({ useWebWorkers: false, chunkSize: CHUNK_BYTES });

export {
  BlobReader,
  type FileEntry,
  Uint8ArrayReader,
  ZipReader,
  ZipWriter,
} from '@zip.js/zip.js/lib/zip-core-custom.js';
