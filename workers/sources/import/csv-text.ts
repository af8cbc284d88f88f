import { ImportError } from './import-error.ts';

const BYTES_PER_PIECE = 1_048_576;

/**
 * The text of a UTF-8 file piece by piece, so that a file larger than the longest string can be read; the byte order mark is dropped.
 * @throws ImportError when the bytes are not UTF-8.
 */
export function* decodePieces(file: string, bytes: Uint8Array): Generator<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  for (let from = 0; from < bytes.length; from += BYTES_PER_PIECE) {
    const to = Math.min(bytes.length, from + BYTES_PER_PIECE);
    try {
      yield decoder.decode(bytes.subarray(from, to), { stream: to < bytes.length });
    } catch (cause) {
      throw notUtf8(file, from, to, cause);
    }
  }
}

/** The field separator of a header line: the one of `, ; tab |` that it has most of. */
export function detectDelimiter(header: string): string {
  const count = (delimiter: string) => header.split(delimiter).length;
  return [',', ';', '\t', '|'].reduce((best, delimiter) =>
    count(delimiter) > count(best) ? delimiter : best,
  );
}

/** How lines end in a text: a carriage return alone, or a line feed, before which a carriage return is dropped. */
export function detectNewline(text: string): '\r' | '\n' {
  return text.includes('\r') && !text.includes('\n') ? '\r' : '\n';
}

function notUtf8(file: string, from: number, to: number, cause: unknown): ImportError {
  return new ImportError({
    file,
    columns: [],
    expected: 'text in UTF-8',
    actual: `bytes that are none, between byte ${from + 1} and byte ${to}`,
    hint: 'Save the file as CSV in UTF-8 and import it again.',
    cause,
  });
}
