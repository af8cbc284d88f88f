const SHIFTS = [7, 12, 17, 22, 5, 9, 14, 20, 4, 11, 16, 23, 6, 10, 15, 21];
const SINES = Array.from({ length: 64 }, (_, i) => Math.floor(Math.abs(Math.sin(i + 1)) * 2 ** 32) | 0);

/** MD5 (RFC 1321) of a text's UTF-8 bytes as 32 hex digits. dbt names tests with it; it protects nothing. */
export function md5(text: string): string {
  const words = padMessage(new TextEncoder().encode(text));
  const state = [0x67452301, 0xefcdab89 | 0, 0x98badcfe | 0, 0x10325476];
  for (let start = 0; start < words.length; start += 16)
    digestBlock(state, words.subarray(start, start + 16));
  return state.map(hexLittleEndian).join('');
}

function padMessage(bytes: Uint8Array): Uint32Array {
  const length = ((bytes.length + 8) >> 6) + 1;
  const padded = new Uint8Array(length * 64);
  padded.set(bytes);
  padded[bytes.length] = 0x80;
  const view = new DataView(padded.buffer);
  view.setUint32(padded.length - 8, (bytes.length * 8) >>> 0, true);
  view.setUint32(padded.length - 4, Math.floor(bytes.length / 2 ** 29), true);
  return Uint32Array.from({ length: length * 16 }, (_, i) => view.getUint32(i * 4, true));
}

function digestBlock(state: number[], block: Uint32Array): void {
  let [a = 0, b = 0, c = 0, d = 0] = state;
  for (let i = 0; i < 64; i++) {
    const [mix, at] = mixRound(i, b, c, d);
    const sum = (a + mix + (SINES[i] ?? 0) + (block[at] ?? 0)) | 0;
    const shift = SHIFTS[(i >> 4) * 4 + (i & 3)] ?? 0;
    [a, d, c, b] = [d, c, b, (b + ((sum << shift) | (sum >>> (32 - shift)))) | 0];
  }
  [a, b, c, d].forEach((word, i) => {
    state[i] = ((state[i] ?? 0) + word) | 0;
  });
}

function mixRound(i: number, b: number, c: number, d: number): [mix: number, word: number] {
  if (i < 16) return [(b & c) | (~b & d), i];
  if (i < 32) return [(d & b) | (~d & c), (5 * i + 1) & 15];
  if (i < 48) return [b ^ c ^ d, (3 * i + 5) & 15];
  return [c ^ (b | ~d), (7 * i) & 15];
}

function hexLittleEndian(word: number): string {
  const bytes = [word, word >>> 8, word >>> 16, word >>> 24];
  return bytes.map((byte) => (byte & 255).toString(16).padStart(2, '0')).join('');
}
