/** A file and its path from what was dropped or chosen: `orders/_delta_log/00000000000000000000.json`. */
export interface PathFile {
  path: string;
  file: File;
}

/** All files of a drop, folders walked to their end. Must be called before the drop event has returned. */
export async function readDropped(transfer: DataTransfer): Promise<PathFile[]> {
  // The list of items is emptied when the event returns: take all entries before the first wait.
  const items = [...transfer.items].filter((item) => item.kind === 'file');
  const entries = items.map((item) => item.webkitGetAsEntry());
  const files = items.map((item) => item.getAsFile());
  const lists = entries.map((entry, i) => {
    const file = files[i];
    if (entry) return walkEntry(entry);
    return file ? [{ path: file.name, file }] : [];
  });
  return (await Promise.all(lists)).flat();
}

/** The files of a file input, with paths when a folder was chosen. */
export function readChosen(list: FileList | null): PathFile[] {
  return [...(list ?? [])].map((file) => ({ path: file.webkitRelativePath || file.name, file }));
}

async function walkEntry(entry: FileSystemEntry): Promise<PathFile[]> {
  if (isFile(entry)) {
    const file = await new Promise<File>((resolve, reject) => entry.file(resolve, reject));
    return [{ path: entry.fullPath.replace(/^\//, ''), file }];
  }
  if (!isFolder(entry)) return [];
  const children = await listFolder(entry.createReader());
  return (await Promise.all(children.map(walkEntry))).flat();
}

/** A reader gives at most 100 entries at a time, and an empty list at the end. */
async function listFolder(reader: FileSystemDirectoryReader): Promise<FileSystemEntry[]> {
  const all: FileSystemEntry[] = [];
  for (;;) {
    const part = await new Promise<FileSystemEntry[]>((resolve, reject) =>
      reader.readEntries(resolve, reject),
    );
    if (part.length === 0) return all;
    all.push(...part);
  }
}

function isFile(entry: FileSystemEntry): entry is FileSystemFileEntry {
  return entry.isFile;
}

function isFolder(entry: FileSystemEntry): entry is FileSystemDirectoryEntry {
  return entry.isDirectory;
}
