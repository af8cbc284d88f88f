/** Characters that end a query string or change its meaning; everything else stays readable. */
function escapeText(text: string): string {
  return text.replace(/[%&#+\r\n\t"<>`]/g, (char) => encodeURIComponent(char)).replaceAll(' ', '+');
}

/** A query string a person can read: commas, dots, colons and parentheses stay as they are; `URLSearchParams` reads it back. */
export function writeSearch(entries: [string, string][]): string {
  const parts = entries.map(([key, text]) => `${escapeText(key)}=${escapeText(text)}`);
  return parts.length === 0 ? '' : `?${parts.join('&')}`;
}
