/**
 * Holds the thread at a chosen step of the file system's own work, so that a kill falls exactly there. The steps are seen by
 * wrapping the browser's handles; which file they belong to is told by the store around them.
 */
import type { Aim, FileKind, Step } from '../operations.ts';

interface Movable {
  move(name: string): Promise<void>;
}

let aim: Aim | null = null;
let seen = 0;
let current: FileKind = 'other';

/** From now on the thread is held when it comes there; null for never. */
export function aimAt(next: Aim | null): void {
  aim = next;
  seen = 0;
}

/** Says what the following steps are about. */
export function enterFile(kind: FileKind): void {
  current = kind;
}

/** Wraps the handles of this thread, once. */
export function watchFileSystem(): void {
  watchNames(FileSystemDirectoryHandle.prototype);
  watchWrites(FileSystemSyncAccessHandle.prototype);
  watchMoves(FileSystemFileHandle.prototype as FileSystemFileHandle & Movable);
}

function watchNames(prototype: FileSystemDirectoryHandle): void {
  const { getFileHandle, removeEntry } = prototype;
  prototype.getFileHandle = async function (name, options) {
    const handle = await getFileHandle.call(this, name, options);
    if (options?.create) pass('named');
    return handle;
  };
  prototype.removeEntry = async function (name, options) {
    pass('remove');
    await removeEntry.call(this, name, options);
    pass('removed');
  };
}

function watchWrites(prototype: FileSystemSyncAccessHandle): void {
  const { write, flush } = prototype;
  prototype.write = function (buffer, options) {
    const bytes = buffer as Uint8Array<ArrayBuffer>;
    const half = bytes.byteLength >> 1;
    // Two writes in place of one, so that a file can be found half written.
    const written = write.call(this, bytes.subarray(0, half), options);
    pass('half');
    const rest = write.call(this, bytes.subarray(half), { at: (options?.at ?? 0) + half });
    pass('written');
    return written + rest;
  };
  prototype.flush = function () {
    flush.call(this);
    pass('flushed');
  };
}

function watchMoves(prototype: FileSystemFileHandle & Movable): void {
  const { move } = prototype;
  prototype.move = async function (name: string) {
    pass('move');
    await move.call(this, name);
    pass('moved');
  };
}

/** To be called when a step is reached. */
export function pass(step: Step): void {
  if (aim === null || aim.step !== step || aim.file !== current) return;
  if (seen++ < aim.skip) return;
  aim = null;
  hold(`${current}:${step}`);
}

/** A request that the harness answers with a kill: synchronous, since the step must not end before. */
function hold(point: string): void {
  const request = new XMLHttpRequest();
  request.open('POST', `/hold?point=${encodeURIComponent(point)}`, false);
  request.send();
}
