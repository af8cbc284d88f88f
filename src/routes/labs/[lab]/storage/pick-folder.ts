type FolderPicker = (options: { id: string; mode: 'readwrite' }) => Promise<FileSystemDirectoryHandle>;

// Not in TypeScript's DOM types: only Chromium has it (File System Access, "showDirectoryPicker").
const picker = () => (window as unknown as { showDirectoryPicker?: FolderPicker }).showDirectoryPicker;

/** Whether pages of this browser may write into a folder of the user's disk. */
export function canPickFolder(): boolean {
  return picker() !== undefined;
}

/** Asks for a folder to write into; null when the user closes the dialog. */
export async function pickFolder(): Promise<FileSystemDirectoryHandle | null> {
  try {
    return (await picker()?.({ id: 'tarn-lake', mode: 'readwrite' })) ?? null;
  } catch (thrown) {
    if (thrown instanceof DOMException && thrown.name === 'AbortError') return null;
    throw thrown;
  }
}
