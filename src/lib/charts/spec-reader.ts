type Fields = Record<string, unknown>;

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function show(value: unknown): string {
  return value === undefined ? 'missing' : JSON.stringify(value);
}

/** Reads typed keys of one mapping of a file and writes down, with its place, whatever is not as expected. */
export class SpecReader {
  private constructor(
    private readonly fields: Fields,
    private readonly place: string,
    private readonly problems: string[],
  ) {}

  /** A reader of `value`; something else than a mapping is a problem and reads as an empty one. */
  static open(value: unknown, place: string, problems: string[]): SpecReader {
    if (isFields(value)) return new SpecReader(value, place, problems);
    problems.push(`${place ? `${place}: ` : ''}expected a mapping of keys, found ${show(value)}`);
    return new SpecReader({}, place, problems);
  }

  report(key: string, problem: string): void {
    this.problems.push(`${this.place ? `${this.place}: ` : ''}key "${key}" ${problem}`);
  }

  keys(): string[] {
    return Object.keys(this.fields);
  }

  /** Reports keys that mean nothing here: mostly misspelt ones. */
  allow(keys: string[]): void {
    for (const key of this.keys())
      if (!keys.includes(key)) this.report(key, `is not known here; expected one of ${keys.join(', ')}`);
  }

  text(key: string): string {
    const text = this.optionalText(key);
    if (text === null || text.trim() === '') this.report(key, 'is missing; expected a text');
    return text ?? '';
  }

  optionalText(key: string): string | null {
    const value = this.fields[key];
    if (value === undefined || value === null) return null;
    if (typeof value === 'string') return value.trim();
    this.report(key, `is ${show(value)}; expected a text`);
    return null;
  }

  /** A name that can stand in an address. */
  name(key: string): string {
    const name = this.text(key);
    if (name !== '' && !/^[a-z][a-z0-9_-]*$/.test(name))
      this.report(
        key,
        `is "${name}"; expected lower-case letters, digits, "_" or "-", beginning with a letter`,
      );
    return name;
  }

  /** One text or a list of them. */
  texts(key: string): string[] {
    const value = this.fields[key] ?? [];
    const list: unknown[] = Array.isArray(value) ? value : [value];
    const texts = list.filter((item) => typeof item === 'string');
    if (texts.length !== list.length)
      this.report(key, `is ${show(value)}; expected a column or a list of columns`);
    return texts;
  }

  integer(key: string, min: number, max: number, fallback: number): number {
    const value = this.fields[key] ?? fallback;
    if (typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max) return value;
    this.report(key, `is ${show(value)}; expected a whole number from ${min} to ${max}`);
    return fallback;
  }

  choice<T extends string>(key: string, choices: readonly T[]): T | null {
    const value = this.fields[key];
    const found = choices.find((choice) => choice === value);
    if (found === undefined) this.report(key, `is ${show(value)}; expected one of ${choices.join(', ')}`);
    return found ?? null;
  }

  child(key: string): SpecReader | null {
    const value = this.fields[key];
    return value === undefined || value === null
      ? null
      : SpecReader.open(value, this.placeOf(`key "${key}"`), this.problems);
  }

  /** A list of mappings; each is named in problems by its `name`, else by its number. */
  list(key: string, what: string): SpecReader[] {
    const value = this.fields[key] ?? [];
    if (!Array.isArray(value)) {
      this.report(key, `is ${show(value)}; expected a list`);
      return [];
    }
    return value.map((item: unknown, i) => {
      const named =
        isFields(item) && typeof item['name'] === 'string' ? `"${item['name']}"` : `number ${i + 1}`;
      return SpecReader.open(item, this.placeOf(`${what} ${named}`), this.problems);
    });
  }

  private placeOf(inner: string): string {
    return this.place ? `${this.place}, ${inner}` : inner;
  }
}
