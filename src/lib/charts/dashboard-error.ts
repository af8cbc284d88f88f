/** A dashboard file that says something Tarn does not understand. Each problem names the place, what is there and what was expected. */
export class DashboardError extends Error {
  override readonly name = 'DashboardError';

  constructor(
    readonly file: string,
    readonly problems: string[],
  ) {
    super(`${file}: ${problems.join('\n')}`);
  }
}
