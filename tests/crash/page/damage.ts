/** Does to files what disks and power cuts do. */
import type { Damage } from '../operations.ts';

export async function damageFile(damage: Damage): Promise<void> {
  const names = damage.path.split('/');
  const name = names.pop() ?? '';
  let folder = await navigator.storage.getDirectory();
  for (const part of names) folder = await folder.getDirectoryHandle(part, { create: true });
  if (damage.kind === 'makeFolder') return void (await folder.getDirectoryHandle(name, { create: true }));
  if (damage.kind === 'remove') return folder.removeEntry(name);
  const handle = await folder.getFileHandle(name, { create: damage.kind === 'replace' });
  const before = new Uint8Array(await (await handle.getFile()).arrayBuffer());
  await overwrite(handle, damagedBytes(damage, before));
}

function damagedBytes(damage: Damage, before: Uint8Array): Uint8Array {
  if (damage.kind === 'truncate') return before.subarray(0, Math.floor(before.length * damage.share));
  if (damage.kind === 'replace') return new TextEncoder().encode(damage.text);
  const middle = before.length >> 1;
  before[middle] = (before[middle] ?? 0) ^ 16;
  return before;
}

async function overwrite(handle: FileSystemFileHandle, bytes: Uint8Array): Promise<void> {
  const access = await handle.createSyncAccessHandle();
  try {
    access.truncate(0);
    access.write(bytes as Uint8Array<ArrayBuffer>, { at: 0 });
    access.flush();
  } finally {
    access.close();
  }
}
