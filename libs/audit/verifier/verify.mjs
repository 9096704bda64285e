#!/usr/bin/env node
/**
 * Verifies an audit bundle of Gatehouse on any machine that has Node: no database, no package, no network. Written from
 * `audit-proof.md` alone, so that an auditor can write another one from that text and compare.
 *
 *     node verify.mjs BUNDLE --key FILE [--checkpoint FILE] [--receipt FILE] [--accept ORIGIN] [--json]
 *     node verify.mjs PROOF --proof --key FILE [--checkpoint FILE] [--receipt FILE]      one row, from `audit proof`
 *
 * `--key`: public keys got from elsewhere than the bundle. `--checkpoint`: what an anchor kept, a signed note or lines of
 * JSON with a member `checkpoint`. `--receipt`: what callers kept of their answers. `--accept ORIGIN`: that this log was
 * begun in place of another one is known and believed. Exit code 0: nothing is wrong; 1: something is; 2: wrong usage.
 */
import { createHash, createHmac, createPublicKey, verify as isSignature } from 'node:crypto';
import { createReadStream, readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';

const COLUMNS =
  'action agent_id client_id context_id cost_microdollars decision evaluation event id occurred_at policy reason result role session_id task_id trace_id user_id'.split(
    ' ',
  );
const ZERO = '0'.repeat(64);
const MAX_PROBLEMS = 100;

const sha256 = (...parts) => {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest();
};
const inner = (left, right) => sha256(Buffer.of(1), left, right);

/** RFC 6962 section 2.1 over hashes of leaves. */
export function merkleRoot(leaves) {
  if (leaves.length === 0) return sha256('');
  if (leaves.length === 1) return leaves[0];
  const left = 2 ** Math.floor(Math.log2(leaves.length - 1));
  return inner(merkleRoot(leaves.slice(0, left)), merkleRoot(leaves.slice(left)));
}

/** The root that an inclusion proof leads to (RFC 9162 section 2.1.3.2); null for a proof of another length. */
export function rootOfInclusion(leaf, index, size, path) {
  let [at, last, hash] = [index, size - 1, leaf];
  for (const beside of path) {
    if (last === 0) return null;
    if (at % 2 === 1 || at === last) {
      hash = inner(beside, hash);
      for (; at % 2 === 0 && at !== 0; last = Math.floor(last / 2)) at /= 2;
    } else hash = inner(hash, beside);
    at = Math.floor(at / 2);
    last = Math.floor(last / 2);
  }
  return last === 0 ? hash : null;
}

/** The newer root that a consistency proof leads to from an older one (RFC 9162 section 2.1.4.2); null where it does not. */
export function rootOfConsistency(older, from, size, path) {
  if (from === size) return path.length === 0 ? older : null;
  const hashes = Number.isInteger(Math.log2(from)) ? [older, ...path] : [...path];
  let [at, last] = [from - 1, size - 1];
  for (; at % 2 === 1; last = Math.floor(last / 2)) at = Math.floor(at / 2);
  let [before, now] = [hashes[0], hashes[0]];
  if (before === undefined) return null;
  for (const beside of hashes.slice(1)) {
    if (last === 0) return null;
    if (at % 2 === 1 || at === last) {
      before = inner(beside, before);
      now = inner(beside, now);
      for (; at % 2 === 0 && at !== 0; last = Math.floor(last / 2)) at /= 2;
    } else now = inner(now, beside);
    at = Math.floor(at / 2);
    last = Math.floor(last / 2);
  }
  return last === 0 && before.equals(older) ? now : null;
}

/** The members of a JSON object as `[name, text of the value]`, the text as it stands. */
export function membersOf(text) {
  const members = [];
  let depth = 0;
  let inString = false;
  let start = 1;
  for (let at = 0; at < text.length; at += 1) {
    const c = text[at];
    if (inString) {
      if (c === '\\') at += 1;
      else if (c === '"') inString = false;
    } else if (c === '"') inString = true;
    else if (c === '{' || c === '[') depth += 1;
    else if (c === '}' || c === ']') depth -= 1;
    if (!inString && ((c === ',' && depth === 1) || depth === 0)) {
      const member = text.slice(start, at);
      const quoted = /^"(?:[^"\\]|\\.)*"/.exec(member)?.[0];
      if (quoted !== undefined && member[quoted.length] === ':') {
        const name = JSON.parse(quoted);
        if (JSON.stringify(name) !== quoted) throw new Error('writes a name in another way than RFC 8785');
        members.push([name, member.slice(quoted.length + 1)]);
      } else if (member !== '') throw new Error('is no canonical JSON object');
      if (depth === 0 && at !== text.length - 1) throw new Error('goes on behind its end');
      start = at + 1;
    }
  }
  if (text[0] !== '{' || depth !== 0) throw new Error('is no JSON object');
  return members;
}

const written = (members) =>
  `{${members.map(([name, value]) => `${JSON.stringify(name)}:${value}`).join(',')}}`;
const without = (text, left) => written(membersOf(text).filter(([name]) => name !== left));

/** The leaf of a row: its 18 columns as one canonical object, the `content` of columns 16 and 17 left out. */
export function leafOf(row) {
  const members = COLUMNS.map((column) => {
    const value = row[column] ?? null;
    const json = column === 'evaluation' || column === 'result';
    return `"${column}":${json && value !== null ? without(value, 'content') : JSON.stringify(value)}`;
  });
  return sha256(`\0{${members.join(',')}}`);
}

/** What became of a row's erasable content: `kept`, `erased`, `changed`, or `none` where there never was any. */
export function contentOf(row, column) {
  if (row[column] === null) return 'none';
  const members = new Map(membersOf(row[column]));
  const commitment = JSON.parse(members.get('commitment') ?? 'null');
  const content = members.get('content');
  if (content === undefined) {
    // A completed row repeats the commitment to the input that stands on the decided one.
    const repeated = column === 'evaluation' && row.event.endsWith('.completed');
    return commitment === null || repeated ? 'none' : 'erased';
  }
  const salt = JSON.parse(new Map(membersOf(content)).get('salt') ?? '""');
  const mac = createHmac('sha256', Buffer.from(salt, 'hex')).update(without(content, 'salt')).digest('hex');
  return mac === commitment ? 'kept' : 'changed';
}

/** C2SP signed note: its text, and who signed it. */
export function openNote(note, vkeys) {
  const end = note.lastIndexOf('\n\n') + 1;
  const text = note.slice(0, end);
  const lines = note
    .slice(end + 1)
    .split('\n')
    .filter((line) => line.startsWith('\u2014 '));
  const signers = vkeys.filter((vkey) => {
    const [name, id, ...key] = vkey.split('+');
    const typed = Buffer.from(key.join('+'), 'base64');
    const keyHash = sha256(`${name}\n`, typed).subarray(0, 4);
    if (typed[0] !== 1 || keyHash.toString('hex') !== id) return false;
    const spki = Buffer.concat([Buffer.from('302a300506032b6570032100', 'hex'), typed.subarray(1)]);
    return lines.some((line) => {
      const [, by, signature] = line.split(' ');
      const bytes = Buffer.from(signature ?? '', 'base64');
      if (by !== name || !bytes.subarray(0, 4).equals(keyHash)) return false;
      const key = createPublicKey({ key: spki, format: 'der', type: 'spki' });
      return isSignature(null, Buffer.from(text), key, bytes.subarray(4));
    });
  });
  return { text, signers };
}

/** C2SP tlog-checkpoint: origin, size, root, then lines of our own. */
function readCheckpoint(text) {
  const [origin, size, root, ...more] = text.trimEnd().split('\n');
  const heads = more.filter((line) => line.startsWith('head ')).map((line) => line.split(' ').slice(1));
  const time = more.find((line) => line.startsWith('time '))?.slice(5) ?? null;
  const after = more.filter((line) => line.startsWith('after ')).map((line) => line.split(' ').slice(1));
  return {
    origin,
    size: Number(size),
    root: Buffer.from(root ?? '', 'base64').toString('hex'),
    time,
    heads,
    after,
  };
}

/** Public keys that a trusted one certified, and those after them. A key is trusted in every log that it signs. */
function trustedKeys(given, certificates) {
  const trusted = new Set(given);
  const isTrusted = (vkey, origin) => [...trusted].some((other) => inLog(other, origin) === vkey);
  for (let grown = true; grown; ) {
    grown = false;
    for (const certificate of certificates) {
      const [kind, origin, old, fresh] = certificate.split('\n');
      if (kind !== 'gatehouse audit key rotation' || !isTrusted(old, origin) || isTrusted(fresh, origin))
        continue;
      if (openNote(certificate, [old, fresh]).signers.length === 2) grown = Boolean(trusted.add(fresh));
    }
  }
  return [...trusted];
}

/** The keys as they are, and under the names that they have in this log. */
function namedIn(vkeys, origin) {
  return [...new Set([...vkeys, ...vkeys.map((vkey) => inLog(vkey, origin))])];
}

/** The same key under the name that it has in a log: C2SP's key hash covers the name. */
function inLog(vkey, origin) {
  const [, , ...key] = vkey.split('+');
  const typed = Buffer.from(key.join('+'), 'base64');
  return `${origin}+${sha256(`${origin}\n`, typed).toString('hex', 0, 4)}+${typed.toString('base64')}`;
}

/**
 * Verifies records in the order in which a bundle has them.
 * @param {AsyncIterable<Record<string, any>> | Iterable<Record<string, any>>} records
 * @param {{ keys?: readonly string[], anchors?: readonly string[], receipts?: readonly Receipt[],
 *   accept?: readonly string[] }} [options] public keys, anchored notes, receipts of `readReceipts`, and logs of which it
 *   is known that they were begun in place of others
 */
export async function verifyRecords(records, { keys = [], anchors = [], receipts = [], accept = [] } = {}) {
  const problems = [];
  const notes = [];
  let found = 0;
  const problem = (kind, message, place = {}) => {
    found += 1;
    if (problems.length < MAX_PROBLEMS) problems.push({ kind, message, ...place });
  };
  const chains = new Map();
  const missing = [];
  const erased = [];
  const purges = [];
  const erasures = [];
  const logs = [];
  const begun = [];
  const checkpoints = new Map();
  const bundled = { vkeys: [], certificates: [] };
  const counts = { rows: 0, seals: 0, held: 0, receipts: 0 };
  const promised = Map.groupBy(receipts, ({ chain, seq }) => `${chain} ${seq}`);
  let header = null;
  let open = null;
  let oldest = null;

  const closeSeal = () => {
    if (open !== null)
      for (const id of open.ids.slice(open.next)) missing.push({ id, chain: open.chain, seq: open.seq });
    open = null;
  };

  const takeSeal = (seal) => {
    closeSeal();
    counts.seals += 1;
    const { chain, seq, n, ids = null, leaves = null } = seal;
    const place = { chain, seq };
    const head = chains.get(chain) ?? { seq: 0, root: ZERO, number: 0n, lane: null, entries: [], roots: [] };
    if (seq !== head.seq + 1)
      problem(
        'seal_missing',
        `chain ${chain}: seals ${head.seq + 1} to ${seq - 1} are missing or out of order`,
        place,
      );
    if (seal.prev_root !== head.root && seq === head.seq + 1)
      problem(
        'seal_changed',
        `chain ${chain}: seal ${seq} stands on another root than seal ${head.seq} has`,
        place,
      );
    let merkle = Buffer.from(seal.merkle ?? '', 'hex');
    if (ids !== null) {
      merkle = merkleRoot(leaves.map((leaf) => Buffer.from(leaf, 'hex')));
      if (ids.length !== n || leaves.length !== n)
        problem('seal_changed', `chain ${chain}: seal ${seq} is not of ${n} rows`, place);
      for (const id of ids) {
        const bits = BigInt(`0x${id.replaceAll('-', '')}`);
        const number = (((bits >> 64n) & 0xfffn) << 30n) | ((bits >> 32n) & 0x3fffffffn);
        const lane = bits & 0xffffffffn;
        head.lane ??= lane;
        if (lane !== head.lane || (head.number !== null && number !== head.number + 1n))
          problem('row_order', `row ${id} is not the next of its lane`, { ...place, row: id });
        head.number = number;
      }
    } else head.number = null;
    const root = sha256(
      Buffer.of(2),
      `${chain}\n${seq}\n${n}\n`,
      Buffer.from(seal.prev_root, 'hex'),
      merkle,
    ).toString('hex');
    if (root !== seal.root)
      problem('seal_changed', `chain ${chain}: the root of seal ${seq} does not follow from its rows`, place);
    for (const receipt of promised.get(`${chain} ${seq}`) ?? []) {
      counts.receipts += 1;
      const wrong = brokenReceipt(receipt, seal.root, ids);
      if (wrong !== null) problem('receipt_broken', wrong, { ...place, row: receipt.row });
    }
    promised.delete(`${chain} ${seq}`);
    head.seq = seq;
    head.root = seal.root;
    head.entries[seq - 1] = sha256(`\0${chain}\n${seq}\n${seal.root}\n`);
    chains.set(chain, head);
    if (ids !== null) open = { chain, seq, ids, leaves, next: 0 };
  };

  const takeRow = (row) => {
    counts.rows += 1;
    if (row.held) counts.held += 1;
    const at = open === null ? -1 : open.ids.indexOf(row.id);
    if (at < 0)
      return problem('row_unsealed', `row ${row.id} is in no seal where it stands: it was put in`, {
        row: row.id,
      });
    const place = { chain: open.chain, seq: open.seq, row: row.id };
    if (at < open.next) return problem('row_order', `row ${row.id} stands twice or out of order`, place);
    for (const id of open.ids.slice(open.next, at)) missing.push({ id, chain: open.chain, seq: open.seq });
    open.next = at + 1;
    let sound = false;
    try {
      sound = leafOf(row).toString('hex') === open.leaves[at];
      if (!sound) return problem('row_changed', `row ${row.id} was changed`, place);
      for (const column of header?.content === false ? [] : ['evaluation', 'result']) {
        const content = contentOf(row, column);
        if (content === 'changed')
          problem('content_changed', `the content of row ${row.id} was changed`, place);
        if (content === 'erased') erased.push({ id: row.id, user: row.user_id, ...place });
      }
      if (row.event === 'audit.begun')
        begun.push({ ...JSON.parse(row.evaluation).detail, at: row.occurred_at, by: row.id });
      if (row.event === 'audit.purged')
        purges.push({ ...JSON.parse(row.evaluation).detail, at: row.occurred_at, by: row.id });
      if (row.event === 'audit.erased')
        erasures.push({ ...JSON.parse(row.evaluation).detail, at: row.occurred_at, by: row.id });
    } catch (error) {
      problem('row_changed', `row ${row.id} was changed: it ${error.message}`, place);
    }
    if (oldest === null || row.id < oldest) oldest = row.id;
  };

  const take = (record) => {
    if (record.record === 'bundle') header = record;
    else if (record.record === 'seal') takeSeal(record);
    else if (record.record === 'row') takeRow(record);
    else if (record.record === 'log') logs.push(record.origin);
    else if (record.record === 'checkpoint') {
      const origin = record.origin ?? header?.origin;
      if (!checkpoints.has(origin)) checkpoints.set(origin, []);
      checkpoints.get(origin).push(record);
    } else if (record.record === 'key') {
      bundled.vkeys.push(record.vkey);
      if (record.certificate !== null) bundled.certificates.push(record.certificate);
    } else problem('record_unknown', `a record of kind ${JSON.stringify(record.record)}`);
  };
  let line = 0;
  for await (const record of records) {
    line += 1;
    try {
      take(record);
    } catch (error) {
      problem('record_malformed', `record ${line} cannot be read: ${error.message}`, { row: record?.id });
    }
  }
  closeSeal();
  for (const { row, chain, seq } of [...promised.values()].flat())
    problem('receipt_broken', `row ${row} was promised in seal ${seq} of chain ${chain}, which is not here`, {
      chain,
      seq,
      row,
    });

  const purged = new Map();
  for (const { id, chain, seq } of missing) {
    const purge = purges.find(({ from, to }) => from <= id && id < to);
    if (purge === undefined)
      problem('row_missing', `row ${id} is gone, and no purge is on record for it`, { chain, seq, row: id });
    else
      purged.set(purge.by, { rule: purge.rule, at: purge.at, rows: (purged.get(purge.by)?.rows ?? 0) + 1 });
  }
  const cleared = new Map();
  for (const { id, user, ...place } of erased) {
    const erasure = erasures.find(({ user_id, until }) => user_id === user && id <= until);
    if (erasure === undefined)
      problem(
        'content_missing',
        `the content of row ${id} is gone, and no erasure is on record for it`,
        place,
      );
    else
      cleared.set(erasure.by, {
        rule: erasure.rule,
        at: erasure.at,
        rows: (cleared.get(erasure.by)?.rows ?? 0) + 1,
      });
  }

  if (keys.length === 0 && bundled.vkeys.length > 0)
    notes.push(
      'no key was given: signatures were checked with the keys that the bundle itself names, which prove nothing against who made it',
    );
  const vkeys = keys.length === 0 ? bundled.vkeys : trustedKeys(keys, bundled.certificates);
  const origin = header?.origin ?? null;
  if (logs.length > 0 && logs.at(-1) !== origin)
    problem('record_malformed', 'the last of the logs is not the current one');
  const { tree, breaks } = verifyLogs(
    { origins: logs.length === 0 ? [origin] : logs, begun, accept, checkpoints, chains, vkeys, anchors },
    problem,
    notes,
  );
  const first = [...problems].sort((a, b) => ((a.row ?? '~') < (b.row ?? '~') ? -1 : 1))[0] ?? null;
  return {
    ok: found === 0,
    origin: header?.origin ?? null,
    ...counts,
    chains: chains.size,
    first_problem: first,
    problems,
    problems_total: found,
    purged: [...purged].map(([by, what]) => ({ by, ...what })),
    erased: [...cleared].map(([by, what]) => ({ by, ...what })),
    breaks,
    ...tree,
    notes,
  };
}

/** What is wrong with a receipt of a seal with this root and these rows; null where nothing is. */
function brokenReceipt({ row, chain, seq, root: promised }, root, ids) {
  if (promised !== root)
    return `row ${row} was promised in seal ${seq} of chain ${chain}, which has another root`;
  if (ids !== null && !ids.includes(row)) return `row ${row} is not in seal ${seq} of chain ${chain}`;
  return null;
}

/**
 * Every log of the database, oldest first. Each was begun in place of the one before, which could not go on, because the
 * database was set back behind what was signed: the new one says itself how far that was.
 * @returns {{ tree: { checkpoints: number, tree_size: number, tree_root: string, signed_seals: number,
 *   signed_at: string | null, unsigned_seals: number }, breaks: { origin: string, after: string, at: string | null,
 *   reason: string | null, by: string | null, seals_lost: number | null }[] }}
 */
function verifyLogs({ origins, begun, accept, checkpoints, chains, vkeys, anchors }, problem, notes) {
  const anchored = anchors.flatMap((note) => {
    const { origin, size } = readCheckpoint(note.slice(0, note.lastIndexOf('\n\n') + 1));
    const { text, signers } = openNote(note, namedIn(vkeys, origin));
    if (signers.length === 0)
      problem('anchor_unsigned', `the anchor of ${size} seals is signed by no key that is trusted`);
    else if (!origins.includes(origin)) problem('anchor_foreign', `the anchor is of another log: ${origin}`);
    else return [readCheckpoint(text)];
    return [];
  });
  const current = origins.at(-1);
  const trees = new Map();
  let before = [];
  for (const origin of [...origins].reverse()) {
    const tree = verifyTree(
      {
        chains,
        checkpoints: checkpoints.get(origin) ?? [],
        vkeys: namedIn(vkeys, origin),
        anchored: anchored.filter((known) => known.origin === origin),
        origin,
        endedAt: origin === current ? null : (before.find(([name]) => name === origin)?.[2] ?? null),
        isCurrent: origin === current,
      },
      problem,
      notes,
    );
    if (origin === current) before = tree.after;
    trees.set(origin, tree);
  }
  for (const [name, , size] of before) {
    if (!origins.includes(name))
      notes.push(
        `the signer also signed the log ${name}, of ${size} seals, which this one does not go on from`,
      );
  }
  const breaks = origins.slice(1).map((origin, i) => {
    const after = origins[i];
    const row = begun.find((one) => one.origin === origin && one.after === after) ?? null;
    const signed = before.find(([name]) => name === after)?.[2];
    const here = trees.get(after).facts.tree_size;
    const lost = signed === undefined ? null : Math.max(0, Number(signed) - here);
    const why = row === null ? 'nobody says why' : `${row.at}: ${row.reason}`;
    if (row === null)
      problem('log_unrecorded', `the log ${origin} stands in place of ${after}, and no row says why`);
    if (lost !== 0 && !accept.includes(origin))
      problem(
        'log_broken',
        `the log ${after} was broken off (${why}): ${lost ?? 'unknown how many'} of its seals were signed and are not here; with --accept ${origin} that is taken as known`,
      );
    return {
      origin,
      after,
      at: row?.at ?? null,
      reason: row?.reason ?? null,
      by: row?.by ?? null,
      seals_lost: lost,
    };
  });
  return { tree: trees.get(current).facts, breaks };
}

/** The signed tree of one log over the seals of all chains, checkpoint by checkpoint, and what the anchors know of it. */
function verifyTree({ checkpoints, chains, vkeys, anchored, origin, endedAt, isCurrent }, problem, notes) {
  const bySize = Map.groupBy(anchored, (known) => known.size);
  const taken = new Map();
  const frontier = [];
  let size = 0;
  let no = 0;
  let broken = false;
  let signed = { seals: 0, at: null };
  let after = [];
  const root = () =>
    (frontier.length === 0
      ? sha256('')
      : [...frontier].reduceRight((right, left) => inner(left, right))
    ).toString('hex');
  const check = (known, what, place) => {
    if (known.root === root() || broken) return;
    broken = true;
    problem('tree_changed', `${what} signed another tree than the first ${size} seals make`, place);
  };
  const compare = () => {
    for (const known of bySize.get(size) ?? []) check(known, `the anchor of ${known.time}`, {});
  };
  compare();
  for (const { no: number, note, runs } of checkpoints) {
    if (number !== no + 1)
      problem('checkpoint_missing', `checkpoints ${no + 1} to ${number - 1} are missing or out of order`);
    no = number;
    for (const [chain, from, to] of runs) {
      if (from !== (taken.get(chain) ?? 0) + 1)
        problem('tree_changed', `checkpoint ${no} takes chain ${chain} up at ${from}`, { chain, seq: from });
      for (let seq = from; seq <= to; seq += 1) {
        const entry = chains.get(chain)?.entries[seq - 1];
        if (entry === undefined && !broken) problem(...gone(chains, chain, seq), { chain, seq });
        broken ||= entry === undefined;
        let hash = entry ?? sha256('');
        for (let rest = size; rest % 2 === 1; rest = Math.floor(rest / 2)) hash = inner(frontier.pop(), hash);
        frontier.push(hash);
        size += 1;
        compare();
      }
      taken.set(chain, to);
    }
    const { text, signers } = openNote(note, vkeys);
    const known = readCheckpoint(text);
    if (signers.length === 0)
      problem('checkpoint_unsigned', `checkpoint ${no} is signed by no key that is trusted`);
    else if (known.origin !== origin || known.size !== size)
      problem('checkpoint_changed', `checkpoint ${no} is not of this log or not of ${size} seals`);
    else check(known, `checkpoint ${no} (${known.time})`, { checkpoint: no });
    if (signers.length > 0 && no === 1) after = known.after;
    if (signers.length > 0 && !broken) signed = { seals: size, at: known.time };
  }
  for (const known of anchored) {
    // What was signed of a log that was broken off, and is not here, is told as its break.
    if (known.size <= Math.max(size, Number(endedAt ?? 0))) continue;
    problem(
      'truncated',
      `the anchor of ${known.time} knows ${known.size} seals, and ${size} are in signed checkpoints here: the end was cut off`,
    );
    for (const [chain, seq] of known.heads) {
      if ((chains.get(chain)?.seq ?? 0) < Number(seq))
        problem(...gone(chains, chain, Number(seq)), { chain, seq: Number(seq) });
    }
  }
  const facts = {
    checkpoints: no,
    tree_size: size,
    tree_root: root(),
    signed_seals: signed.seals,
    signed_at: signed.at,
    unsigned_seals: 0,
  };
  if (!isCurrent) return { facts, after };
  for (const [chain, { seq }] of chains) facts.unsigned_seals += seq - (taken.get(chain) ?? 0);
  if (checkpoints.length === 0 && facts.unsigned_seals > 0)
    problem('unsigned', 'there is no checkpoint: nobody signed any of it');
  if (facts.unsigned_seals > 0)
    notes.push(`seals at the end that are in no checkpoint yet, signed by nobody: ${facts.unsigned_seals}`);
  const newest = anchored.reduce(
    (last, known) => (last === null || known.size > last.size ? known : last),
    null,
  );
  notes.push(
    newest === null
      ? 'no anchor was given: it cannot be proven that nothing was cut off at the end'
      : `nothing up to ${newest.time} (${newest.size} seals) can have been cut off; what came after that can`,
  );
  return { facts, after };
}

function gone(chains, chain, seq) {
  const known = chains.get(chain);
  if (known === undefined) return ['writer_gone', `chain ${chain} is gone whole`];
  return ['truncated', `chain ${chain} ends at seal ${known.seq}; seal ${seq} was signed`];
}

/**
 * Verifies that one row is in the signed tree. `anchors`: an older one of `proof.consistency.from` entries is compared.
 * @param {any} proof
 * @param {{ keys: readonly string[], anchors?: readonly string[], receipts?: readonly Receipt[] }} options
 * @returns {string[]} what is wrong; nothing when it is proven
 */
export function verifyProof(proof, { keys, anchors = [], receipts = [] }) {
  const { row, seal, tree, consistency } = proof;
  const path = (hashes) => hashes.map((hash) => Buffer.from(hash, 'hex'));
  const { text, signers } = openNote(proof.checkpoint, keys);
  const known = readCheckpoint(text);
  const wrong = signers.length === 0 ? ['the checkpoint is signed by no key that is trusted'] : [];
  const merkle = rootOfInclusion(leafOf(row), seal.place, seal.n, path(seal.path)) ?? sha256('');
  const place = `${seal.chain}\n${seal.seq}\n`;
  const root = sha256(
    Buffer.of(2),
    `${place}${seal.n}\n`,
    Buffer.from(seal.prev_root, 'hex'),
    merkle,
  ).toString('hex');
  if (root !== seal.root) wrong.push('the row does not lead to its seal');
  const entry = rootOfInclusion(sha256(`\0${place}${seal.root}\n`), tree.index, tree.size, path(tree.path));
  if (tree.size !== known.size || entry?.toString('hex') !== known.root)
    wrong.push('the seal does not lead to the checkpoint');
  const own = receipts.filter((receipt) => receipt.row === row.id);
  if (receipts.length > 0 && own.length === 0) wrong.push('no receipt is for this row');
  for (const receipt of own) {
    if (receipt.chain !== seal.chain || receipt.seq !== seal.seq || receipt.root !== seal.root)
      wrong.push(`the receipt names another seal: ${receipt.seq} of chain ${receipt.chain}`);
  }
  for (const anchor of anchors.map((note) => openNote(note, keys))) {
    const older = readCheckpoint(anchor.text);
    if (anchor.signers.length === 0 || older.origin !== known.origin)
      wrong.push('an anchor is of another log or of no trusted key');
    else if (older.size === consistency?.from) {
      const newer = rootOfConsistency(
        Buffer.from(older.root, 'hex'),
        older.size,
        tree.size,
        path(consistency.path),
      );
      if (newer?.toString('hex') !== known.root) wrong.push('the checkpoint does not extend the anchor');
    }
  }
  return wrong;
}

/** The notes in a file: lines of JSON with a member `checkpoint`, at any depth, or notes as they are, whatever stands around them. */
export function readAnchors(text) {
  const notesIn = (value) => {
    if (typeof value !== 'object' || value === null) return [];
    return Object.entries(value).flatMap(([name, member]) =>
      name === 'checkpoint' && typeof member === 'string' ? [member] : notesIn(member),
    );
  };
  const inLines = text.split('\n').flatMap((line) => {
    try {
      return notesIn(JSON.parse(line.slice(line.indexOf('{'))));
    } catch {
      return [];
    }
  });
  return [...inLines, ...(text.match(/^\S+\n\d+\n[A-Za-z0-9+/]{43}=\n(?:.+\n)*\n(?:\u2014 .+\n)+/gm) ?? [])];
}

/** @typedef {{ row: string, chain: string, seq: number, root: string }} Receipt `root` in hex */

/**
 * The receipts in a text, whatever stands around them: the header `Gatehouse-Receipt` of an answer, or the members
 * `gatehouse/receipts` of MCP answers, also where a log quotes them.
 * @returns {Receipt[]}
 */
export function readReceipts(text) {
  const q = String.raw`\\*"`;
  const [is, and] = [':', ','].map((sign) => String.raw`\s*${sign}\s*`);
  const id = `${q}([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})${q}`;
  const inHeaders = text.matchAll(
    new RegExp(`${id};chain=${q}([^"\\\\]+)${q};seq=(\\d+);root=:([A-Za-z0-9+/]{43}=):`, 'g'),
  );
  const inJson = text.matchAll(
    new RegExp(
      `${q}row${q}${is}${id}${and}${q}chain${q}${is}${q}([^"\\\\]+)${q}${and}${q}seq${q}${is}(\\d+)${and}${q}root${q}${is}${q}([0-9a-f]{64})`,
      'g',
    ),
  );
  const receipt =
    (root) =>
    ([, row, chain, seq, bytes]) => ({ row, chain, seq: Number(seq), root: root(bytes) });
  return [
    ...Array.from(
      inHeaders,
      receipt((bytes) => Buffer.from(bytes, 'base64').toString('hex')),
    ),
    ...Array.from(
      inJson,
      receipt((bytes) => bytes),
    ),
  ];
}

export const readKeys = (text) =>
  text.split('\n').filter((line) => /^[^\s#+]+\+[0-9a-f]{8}\+\S+$/.test(line));

export async function* readBundle(file) {
  const lines = createInterface({ input: createReadStream(file), crlfDelay: Number.POSITIVE_INFINITY });
  for await (const line of lines) {
    let record = { record: 'unreadable' };
    try {
      record = JSON.parse(line);
    } catch {
      // Told as a problem of this line: the others can still be judged.
    }
    yield record;
  }
}

async function main([bundle, ...rest]) {
  const option = (name) => (rest.includes(name) ? rest[rest.indexOf(name) + 1] : undefined);
  if (bundle === undefined || bundle.startsWith('--')) {
    process.stderr.write('node verify.mjs BUNDLE --key FILE [--checkpoint FILE] [--receipt FILE] [--json]\n');
    return 2;
  }
  const key = option('--key');
  const anchor = option('--checkpoint');
  const keys = key === undefined ? [] : readKeys(readFileSync(key, 'utf8'));
  const anchors = anchor === undefined ? [] : readAnchors(readFileSync(anchor, 'utf8'));
  if (key !== undefined && keys.length === 0) throw new Error(`${key} holds no public key`);
  if (anchor !== undefined && anchors.length === 0) throw new Error(`${anchor} holds no checkpoint`);
  const kept = option('--receipt');
  const receipts = kept === undefined ? [] : readReceipts(readFileSync(kept, 'utf8'));
  if (kept !== undefined && receipts.length === 0) throw new Error(`${kept} holds no receipt`);
  if (rest.includes('--proof')) {
    const wrong = verifyProof(JSON.parse(readFileSync(bundle, 'utf8')), { keys, anchors, receipts });
    process.stdout.write(`${[...wrong, wrong.length === 0 ? 'VERIFIED' : 'NOT VERIFIED'].join('\n')}\n`);
    return wrong.length === 0 ? 0 : 1;
  }
  const accept = rest.flatMap((word, i) => (word === '--accept' ? [rest[i + 1]] : []));
  const report = await verifyRecords(readBundle(bundle), { keys, anchors, receipts, accept });
  const { ok, problems, notes, first_problem: first, ...facts } = report;
  const lines = rest.includes('--json')
    ? [JSON.stringify(report)]
    : [
        ...Object.entries(facts).map(
          ([name, value]) => `${name}  ${typeof value === 'object' ? JSON.stringify(value) : value}`,
        ),
        ...problems.map(({ kind, message }) => `PROBLEM ${kind}: ${message}`),
        ...(first === null ? [] : [`FIRST ${first.message}`]),
        ...notes.map((note) => `note: ${note}`),
        ok ? 'VERIFIED' : 'NOT VERIFIED',
      ];
  process.stdout.write(`${lines.join('\n')}\n`);
  return ok ? 0 : 1;
}

// Bundled into a program of another name it is a module of that program, and runs nothing; and no module there may wait
// at its top, so nothing is awaited here.
if (process.argv[1]?.endsWith('.mjs') && import.meta.url === pathToFileURL(process.argv[1]).href) {
  main(process.argv.slice(2)).then(
    (code) => {
      process.exitCode = code;
    },
    (error) => {
      process.stderr.write(`${error.message}\n`);
      process.exitCode = 1;
    },
  );
}
