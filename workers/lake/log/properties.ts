import { InvalidOptionError } from '../errors.ts';
import { parseInterval } from '../interval.ts';

type Configuration = Readonly<Record<string, string>>;

/** Commits from one checkpoint to the next: `delta.checkpointInterval`. @throws InvalidOptionError */
export function checkpointInterval(configuration: Configuration): number {
  const property = 'delta.checkpointInterval';
  const text = configuration[property] ?? '10';
  if (!/^[1-9]\d*$/.test(text)) throw new InvalidOptionError(property, 'a whole number above 0', text);
  return Number(text);
}

/** How long log entries are kept, in ms: `delta.logRetentionDuration`. @throws InvalidOptionError */
export function logRetention(configuration: Configuration): number {
  return duration(configuration, 'delta.logRetentionDuration', 'interval 30 days');
}

/** How long a removed data file is kept, in ms: `delta.deletedFileRetentionDuration`. @throws InvalidOptionError */
export function deletedFileRetention(configuration: Configuration): number {
  return duration(configuration, 'delta.deletedFileRetentionDuration', 'interval 1 week');
}

/** Whether old log entries may be deleted: `delta.enableExpiredLogCleanup`. */
export function cleansUpLog(configuration: Configuration): boolean {
  return (configuration['delta.enableExpiredLogCleanup'] ?? 'true').toLowerCase() !== 'false';
}

/** Whether a classic checkpoint may be written: `delta.checkpointPolicy` may ask for the V2 form, which is only read here. */
export function allowsClassicCheckpoint(configuration: Configuration): boolean {
  return (configuration['delta.checkpointPolicy'] ?? 'classic') === 'classic';
}

function duration(configuration: Configuration, property: string, standard: string): number {
  return parseInterval(configuration[property] ?? standard, property);
}
