import type pg from 'pg';
import {
  type RememberedLog,
  type SignedCheckpoint,
  type SignerChild,
  SignerRefusal,
} from './signer-child.ts';
import {
  currentOrigin,
  lastCheckpoint,
  newSeals,
  storeCheckpoint,
  storedCheckpoint,
  storeKey,
} from './signing.queries.ts';

const LIMIT_REACHED = 5000;

export interface SignedStep {
  readonly checkpoint: SignedCheckpoint;
  readonly lagMs: number;
  /** Whether there were more seals than one checkpoint takes. */
  readonly more: boolean;
}

/** The log of one database as signer and database agree on it. */
export class SignedLog {
  readonly #client: pg.Client;
  readonly #child: SignerChild;
  readonly #origin: string;
  readonly #heads: Map<string, number>;
  /** Of the last checkpoint that named every head. */
  #anchoredSize = -1;
  size: number;
  vkey: string;

  constructor(client: pg.Client, child: SignerChild, origin: string, known: RememberedLog) {
    this.#client = client;
    this.#child = child;
    this.#origin = origin;
    this.#heads = new Map(Object.entries(known.heads).map(([chain, { seq }]) => [chain, seq]));
    this.size = known.size;
    this.vkey = known.vkey;
  }

  /** Signs and stores what is new, `anchor`: with every head. Null when there is nothing to say. @throws SignerRefusal */
  async signNext(anchor: boolean): Promise<SignedStep | null> {
    const { runs, ageMs } = await newSeals(this.#client, this.#heads);
    const startedMs = performance.now();
    if (runs.length === 0 && (!anchor || this.#anchoredSize === this.size)) return null;
    const checkpoint = await this.#child.extend(runs, anchor);
    if (checkpoint.vkey !== this.vkey) {
      this.vkey = checkpoint.vkey;
      await storeKey(this.#client, this.#origin, this.vkey);
    }
    await storeCheckpoint(this.#client, this.#origin, checkpoint);
    for (const { chain, last } of checkpoint.runs) this.#heads.set(chain, last);
    this.size = checkpoint.size;
    if (anchor) this.#anchoredSize = checkpoint.size;
    const more = checkpoint.runs.some(({ first, last }) => last - first + 1 >= LIMIT_REACHED);
    return { checkpoint, lagMs: Math.round(ageMs + performance.now() - startedMs), more };
  }
}

/**
 * Brings signer and database together: what was signed and not stored is stored, what was stored and is not remembered
 * is replayed.
 * @throws SignerRefusal when the database lacks what was signed, or holds something else
 */
export async function openSignedLog(
  client: pg.Client,
  child: SignerChild,
  warn: (message: string) => void,
): Promise<SignedLog> {
  const origin = await currentOrigin(client);
  const known = await child.open(origin);
  await storeKey(client, origin, known.vkey);
  let last = await lastCheckpoint(client, origin);
  if (known.pending !== null && known.pending.no === (last?.no ?? 0) + 1) {
    await storeCheckpoint(client, origin, known.pending);
    last = known.pending;
  }
  if (known.no > (last?.no ?? 0))
    throw new SignerRefusal(
      `the database ends at checkpoint ${last?.no ?? 0}, and ${known.no} were signed: it was set back`,
    );
  if (last === null) return new SignedLog(client, child, origin, known);
  if (known.no === last.no && known.root !== last.root)
    throw new SignerRefusal(`checkpoint ${last.no} of the database is not the one that was signed`);
  if (known.no === last.no) return new SignedLog(client, child, origin, known);
  let own = true;
  for (let no = known.no + 1; no <= last.no; no += 1) {
    const stored = await storedCheckpoint(client, origin, no);
    if (stored === null) throw new SignerRefusal(`checkpoint ${no} is missing in the database`);
    ({ own } = await child.replay(stored));
  }
  if (!own) warn('the signer took over a log whose last checkpoint was signed with another key than its own');
  return new SignedLog(client, child, origin, await child.open(origin));
}
