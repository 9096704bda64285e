import { isJsonObject, type JsonValue } from '@gatehouse/kernel';
import { secretsError } from '../secrets-error.ts';
import { type KeyPlaces, memoryFile, readKeyFile, replaceKeyFile } from './key-files.ts';

/** The highest version of a secret that was ever in force, and whether it was unset since. */
export interface Remembered {
  readonly version: number;
  readonly unset: boolean;
}

/**
 * What the signer remembers of every secret, kept beside the keys and not in the database: an older version that
 * somebody puts back into the database is known by it.
 */
export type VersionMemory = ReadonlyMap<string, Remembered>;

/** @throws AppError `SECRETS_KEY_UNSAFE`, `SECRETS_KEY_INVALID` */
export function readVersionMemory(places: KeyPlaces): VersionMemory {
  const file = memoryFile(places);
  const held = readKeyFile(file);
  if (held === undefined) return new Map();
  const memory = parse(held.toString('utf8'));
  if (memory === undefined) throw secretsError('SECRETS_KEY_INVALID', `${file} is not what the signer wrote`);
  return memory;
}

export function writeVersionMemory(places: KeyPlaces, memory: VersionMemory): void {
  replaceKeyFile(memoryFile(places), `${JSON.stringify(Object.fromEntries(memory), null, 1)}\n`);
}

/** Why a version may not be opened, or undefined: it is older than one that was in force, or was unset. */
export function staleness(
  memory: VersionMemory,
  { name, version }: { readonly name: string; readonly version: number },
): string | undefined {
  const known = memory.get(name);
  if (known === undefined || version > known.version) return undefined;
  if (version < known.version)
    return `version ${version} of secret ${name} is older than one that was in force`;
  return known.unset ? `secret ${name} was unset` : undefined;
}

function parse(text: string): VersionMemory | undefined {
  let value: JsonValue;
  try {
    value = JSON.parse(text) as JsonValue;
  } catch {
    return undefined;
  }
  if (!isJsonObject(value)) return undefined;
  const memory = new Map<string, Remembered>();
  for (const [name, entry] of Object.entries(value)) {
    if (entry === undefined || !isJsonObject(entry)) return undefined;
    const { version, unset } = entry;
    if (!Number.isSafeInteger(version) || typeof unset !== 'boolean') return undefined;
    memory.set(name, { version: version as number, unset });
  }
  return memory;
}
