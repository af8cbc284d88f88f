import { LogError } from '../errors.ts';
import type {
  Action,
  AddFile,
  CommitInfo,
  DomainMetadata,
  Metadata,
  Protocol,
  RemoveFile,
  Txn,
} from '../types.ts';

export type ActionName = 'protocol' | 'metaData' | 'add' | 'remove' | 'txn' | 'domainMetadata' | 'commitInfo';

/** Keys in the order other engines write them; keys that are not named here are not written. */
export const KEYS = {
  protocol: ['minReaderVersion', 'minWriterVersion', 'readerFeatures', 'writerFeatures'],
  metaData: [
    'id',
    'name',
    'description',
    'format',
    'schemaString',
    'partitionColumns',
    'configuration',
    'createdTime',
  ],
  add: ['path', 'partitionValues', 'size', 'modificationTime', 'dataChange', 'stats', 'tags'],
  remove: ['path', 'deletionTimestamp', 'dataChange', 'extendedFileMetadata', 'partitionValues', 'size'],
  txn: ['appId', 'version', 'lastUpdated'],
  domainMetadata: ['domain', 'configuration', 'removed'],
  commitInfo: [
    'timestamp',
    'operation',
    'operationParameters',
    'readVersion',
    'isBlindAppend',
    'operationMetrics',
    'engineInfo',
    'txnId',
    'userMetadata',
  ],
} as const satisfies Record<ActionName, readonly string[]>;

const REQUIRED: Partial<Record<ActionName, readonly string[]>> = {
  protocol: ['minReaderVersion', 'minWriterVersion'],
  metaData: ['id', 'schemaString', 'partitionColumns'],
  add: ['path', 'partitionValues', 'size'],
  remove: ['path'],
  txn: ['appId', 'version'],
  domainMetadata: ['domain'],
};

/** A commit file: one action per line, each line ended; absent keys are left out (PROTOCOL "Actions"). */
export function serializeActions(actions: Action[]): Uint8Array {
  const lines = actions.map((action) => `${serializeAction(action)}\n`);
  return new TextEncoder().encode(lines.join(''));
}

/**
 * Actions of a commit file. Unknown actions and unknown keys are ignored, as the protocol asks.
 * `deletionVector` is kept on an add, so that the snapshot can refuse it.
 * @throws LogError naming the line that is no action
 */
export function parseActions(bytes: Uint8Array, file: string): Action[] {
  const text = new TextDecoder('utf-8', { fatal: false }).decode(bytes);
  const actions: Action[] = [];
  for (const [index, line] of text.split('\n').entries()) {
    if (line.trim() === '') continue;
    const action = parseAction(line, `${file}, line ${index + 1}`);
    if (action) actions.push(action);
  }
  return actions;
}

function serializeAction(action: Action): string {
  const [name, body] = Object.entries(action)[0] as [ActionName, Record<string, unknown>];
  const kept: Record<string, unknown> = {};
  for (const key of KEYS[name]) {
    if (body[key] !== undefined) kept[key] = body[key];
  }
  return JSON.stringify({ [name]: kept });
}

function parseAction(line: string, where: string): Action | undefined {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (cause) {
    throw new LogError(`${where}: expected one JSON action, found ${JSON.stringify(line.slice(0, 60))}.`, {
      cause,
    });
  }
  if (typeof value !== 'object' || value === null) throw new LogError(`${where}: expected an object.`);
  const [name, body] = Object.entries(value)[0] ?? [];
  if (name === undefined || !(name in KEYS) || typeof body !== 'object' || body === null) return undefined;
  return readAction(name as ActionName, body as Record<string, unknown>, where);
}

/** An action by its name and content, checked for what it must have. @throws LogError */
export function readAction(name: ActionName, body: Record<string, unknown>, where: string): Action {
  requireKeys(name, body, where);
  return toAction(name, body);
}

function requireKeys(name: ActionName, body: Record<string, unknown>, where: string): void {
  for (const key of REQUIRED[name] ?? []) {
    if (body[key] === undefined || body[key] === null)
      throw new LogError(`${where}: action ${name} has no ${key}.`);
  }
}

function toAction(name: ActionName, body: unknown): Action {
  switch (name) {
    case 'protocol':
      return { protocol: body as Protocol };
    case 'metaData':
      return { metaData: { ...(body as Metadata), configuration: (body as Metadata).configuration ?? {} } };
    case 'add':
      return { add: body as AddFile };
    case 'remove':
      return { remove: body as RemoveFile };
    case 'txn':
      return { txn: body as Txn };
    case 'domainMetadata':
      return { domainMetadata: body as DomainMetadata };
    case 'commitInfo':
      return { commitInfo: body as CommitInfo };
  }
}
