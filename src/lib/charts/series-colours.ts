/**
 * Colours of series that stay the same between tiles and filters: the first value seen gets the first colour, and keeps it.
 * Beyond the palette, colours repeat.
 */
export class SeriesColours {
  readonly #slots = new Map<string, number>();

  /** Slot of a value in the palette, 0-based. */
  slotOf(value: string): number {
    const known = this.#slots.get(value);
    if (known !== undefined) return known;
    const slot = this.#slots.size;
    this.#slots.set(value, slot);
    return slot;
  }

  colourOf(value: string, palette: string[]): string {
    return palette[this.slotOf(value) % Math.max(1, palette.length)] ?? 'rgb(90, 110, 130)';
  }
}
