#!/usr/bin/env node
/**
 * The signer: a process of its own that alone holds the key of the audit log (threat T10). It reads one request a line
 * on standard input and answers each with a line on standard output. It keeps, beside its key, the head of every chain
 * and of its Merkle tree, and signs only what extends them: what was signed once cannot be signed otherwise.
 *
 *     node signer.mjs <key folder>
 *     {"op":"open","origin":…}                     what it remembers of this log
 *     {"op":"extend","runs":[…],"heads":true}      appends seals to the tree and signs its new head
 *     {"op":"replay","runs":[…],"root":…,"no":…}   appends what was signed before and is not remembered
 *     {"op":"attest","purpose":…,"sha256":…}       signs that a document with this hash was made here
 *     {"op":"rotate"}, {"op":"adopt"}              makes a new key, with a certificate by both; takes it
 *
 * A run is `{chain, first, links}`: the seals from `first` on, `links` their prev_root ‖ root in base64.
 */
import { createHash, createPrivateKey, createPublicKey, randomBytes, sign, verify } from 'node:crypto';
import {
  closeSync,
  constants,
  fstatSync,
  linkSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const folder = process.argv[2];
const keyFile = join(folder, 'audit-signing');
const nextFile = join(folder, 'audit-signing-next');
const PKCS8 = Buffer.from('302e020100300506032b657004220420', 'hex');
const LINK_BYTES = 64;

let key = readKey() ?? makeKey();
let log = null;

const operations = { open, extend, replay, attest, rotate, adopt };

// Ctrl-C reaches the whole group: the last checkpoint is signed after it. The end of standard input ends the process.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => undefined);
process.stdout.on('error', () => process.exit(0));
for await (const line of createInterface({ input: process.stdin })) {
  process.stdout.write(`${JSON.stringify(answer(line))}\n`);
}

function answer(line) {
  try {
    const request = JSON.parse(line);
    return { ok: true, ...operations[request.op](request) };
  } catch (error) {
    return { ok: false, problem: error.problem ?? 'failed', message: error.message, ...error.place };
  }
}

function open({ origin }) {
  key = readKey();
  const kept = readText(stateFile(origin));
  log =
    kept === null
      ? { origin, after: signedBefore(), no: 0, size: 0, frontier: [], heads: {}, pending: null }
      : JSON.parse(kept);
  const { no, size, heads, pending } = log;
  return { remembered: kept !== null, no, size, heads, pending, root: rootOf(log), vkey: verifierKey(key) };
}

function extend({ runs, heads }) {
  if (changed(statSync(keyFile), key)) key = readKey();
  const next = appended(runs);
  next.time = new Date(Math.max(Date.now(), Date.parse(log.time ?? 0) || 0)).toISOString();
  next.no = log.no + 1;
  const lines = [next.origin, next.size, rootOf(next, 'base64'), `time ${next.time}`];
  if (heads || next.no === 1) {
    for (const before of next.after ?? [])
      lines.push(`after ${before.origin} ${before.no} ${before.size} ${before.root}`);
  }
  if (heads) {
    for (const chain of Object.keys(next.heads).sort()) {
      const { seq, root } = next.heads[chain];
      lines.push(`head ${chain} ${seq} ${Buffer.from(root, 'hex').toString('base64')}`);
    }
  }
  next.pending = {
    no: next.no,
    first: log.size,
    size: next.size,
    root: rootOf(next),
    note: signedNote(`${lines.join('\n')}\n`, [key]),
    runs: runs.map(({ chain, first, links }) => ({
      chain,
      first,
      last: first + Buffer.from(links, 'base64').length / LINK_BYTES - 1,
    })),
    anchored: heads,
  };
  remember(next);
  return { ...next.pending, vkey: verifierKey(key) };
}

function replay({ runs, no, root, note }) {
  const next = appended(runs);
  if (rootOf(next) !== root) throw refusal('fork', `checkpoint ${no} has another root than its seals`);
  next.no = no;
  next.pending = null;
  remember(next);
  return { no, own: isOwn(note, next) };
}

/**
 * A note over the hash of a document. Its first line is no origin of a log, so it is never taken for a checkpoint.
 */
function attest({ purpose, sha256: digest }) {
  if (!/^[a-z ]{1,60}$/.test(purpose) || !/^[0-9a-f]{64}$/.test(digest)) throw new Error('no such statement');
  key = readKey();
  const text = `gatehouse ${purpose}\n${log.origin}\nsha256 ${digest}\n`;
  return { note: signedNote(text, [key]), vkey: verifierKey(key) };
}

/** Whether the note is a checkpoint of just this tree, signed with the key of today. */
function isOwn(note, tree) {
  const end = note.indexOf('\n\n') + 1;
  const text = note.slice(0, end);
  if (!text.startsWith(`${tree.origin}\n${tree.size}\n${rootOf(tree, 'base64')}\n`)) return false;
  return note
    .slice(end + 1)
    .split('\n')
    .map((line) => Buffer.from(line.split(' ')[2] ?? '', 'base64'))
    .some(
      (by) =>
        by.subarray(0, 4).equals(keyHash(key)) && verify(null, Buffer.from(text), key.point, by.subarray(4)),
    );
}

/** A new key with a certificate by both; it is not the key before `adopt`, so that it can be made known first. */
function rotate() {
  writeDurably(join(folder, `.new-${randomBytes(12).toString('hex')}`), randomBytes(32), nextFile);
  const next = readKey(nextFile);
  const text = `gatehouse audit key rotation\n${log.origin}\n${verifierKey(key)}\n${verifierKey(next)}\n`;
  return { before: verifierKey(key), vkey: verifierKey(next), certificate: signedNote(text, [key, next]) };
}

function adopt() {
  renameSync(nextFile, keyFile);
  key = readKey();
  return { vkey: verifierKey(key) };
}

/** The log with these seals appended, or an error and the log as it was. */
function appended(runs) {
  const next = { ...log, frontier: [...log.frontier], heads: { ...log.heads } };
  for (const { chain, first, links } of runs) {
    const bytes = Buffer.from(links, 'base64');
    let { seq, root } = next.heads[chain] ?? { seq: 0, root: '0'.repeat(64) };
    if (first !== seq + 1)
      throw refusal('fork', `chain ${chain} goes on at ${first} behind ${seq}`, { chain, seq });
    for (let at = 0; at < bytes.length; at += LINK_BYTES) {
      seq += 1;
      if (bytes.toString('hex', at, at + 32) !== root)
        throw refusal('fork', `seal ${seq} of chain ${chain} stands on another root`, { chain, seq });
      root = bytes.toString('hex', at + 32, at + LINK_BYTES);
      append(next, sha256(`\0${chain}\n${seq}\n${root}\n`));
    }
    next.heads[chain] = { seq, root };
  }
  return next;
}

/** Keeps the roots of the perfect subtrees, largest first, as RFC 6962 splits them. */
function append(tree, leaf) {
  let hash = leaf;
  for (let rest = tree.size; rest % 2 === 1; rest = Math.floor(rest / 2)) {
    hash = inner(Buffer.from(tree.frontier.pop(), 'hex'), hash);
  }
  tree.frontier.push(hash.toString('hex'));
  tree.size += 1;
}

function rootOf(tree, encoding = 'hex') {
  const subtrees = tree.frontier.map((hash) => Buffer.from(hash, 'hex'));
  const root = subtrees.length === 0 ? sha256('') : subtrees.reduceRight((right, left) => inner(left, right));
  return root.toString(encoding);
}

function inner(left, right) {
  return sha256(Buffer.concat([Buffer.from([1]), left, right]));
}

function sha256(bytes) {
  return createHash('sha256').update(bytes).digest();
}

/** C2SP signed-note. */
function signedNote(text, keys) {
  const lines = keys.map((by) => {
    const signature = Buffer.concat([keyHash(by), sign(null, Buffer.from(text), by.private)]);
    return `\u2014 ${log.origin} ${signature.toString('base64')}\n`;
  });
  return `${text}\n${lines.join('')}`;
}

function verifierKey(of) {
  const typed = Buffer.concat([Buffer.from([1]), of.public]);
  return `${log.origin}+${keyHash(of).toString('hex')}+${typed.toString('base64')}`;
}

function keyHash(of) {
  return sha256(Buffer.concat([Buffer.from(`${log.origin}\n\x01`), of.public])).subarray(0, 4);
}

function readKey(file = keyFile) {
  let fd;
  try {
    fd = openSync(file, 'r');
  } catch (error) {
    if (error.code === 'ENOENT') return null;
    throw error;
  }
  try {
    const stats = fstatSync(fd);
    const seed = readFileSync(fd);
    if (seed.length !== 32 || (stats.mode & 0o077) !== 0) throw new Error(`${file} is no key of our own`);
    const secret = createPrivateKey({ key: Buffer.concat([PKCS8, seed]), format: 'der', type: 'pkcs8' });
    seed.fill(0);
    const point = createPublicKey(secret);
    const bytes = point.export({ format: 'der', type: 'spki' }).subarray(-32);
    return { private: secret, point, public: bytes, ino: stats.ino, mtimeMs: stats.mtimeMs };
  } finally {
    closeSync(fd);
  }
}

/** Processes that race for the first use all get the same key. */
function makeKey() {
  const fresh = join(folder, `.new-${randomBytes(12).toString('hex')}`);
  writeDurably(fresh, randomBytes(32));
  try {
    linkSync(fresh, keyFile);
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
  } finally {
    unlinkSync(fresh);
  }
  return readKey();
}

function changed(stats, known) {
  return stats.ino !== known.ino || stats.mtimeMs !== known.mtimeMs;
}

function stateFile(origin) {
  if (!/^[a-z0-9./-]{1,100}$/.test(origin)) throw refusal('origin', 'no name of a log');
  return join(folder, `audit-signed-${sha256(origin).toString('hex', 0, 8)}`);
}

/** Before the answer goes out: what was signed is remembered even if the machine stops now. */
function remember(next) {
  const fresh = join(folder, `.new-${randomBytes(12).toString('hex')}`);
  writeDurably(fresh, JSON.stringify(next), stateFile(next.origin));
  log = next;
}

function writeDurably(file, bytes, name = null) {
  const { O_CREAT, O_EXCL, O_SYNC, O_WRONLY } = constants;
  // O_SYNC, because the permission model knows no fsync.
  const fd = openSync(file, O_CREAT | O_EXCL | O_SYNC | O_WRONLY, 0o600);
  try {
    writeSync(fd, bytes);
  } finally {
    closeSync(fd);
  }
  if (name !== null) renameSync(file, name);
}

/** How far each other log was signed here: a new log says so, whoever had it begun. */
function signedBefore() {
  return readdirSync(folder)
    .filter((name) => /^audit-signed-[0-9a-f]{16}$/.test(name))
    .map((name) => JSON.parse(readFileSync(join(folder, name), 'utf8')))
    .map((other) => ({ origin: other.origin, no: other.no, size: other.size, root: rootOf(other, 'base64') }))
    .sort((a, b) => (a.origin < b.origin ? -1 : 1));
}

function readText(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (error.code === 'ENOENT') return null;
    throw error;
  }
}

function refusal(problem, message, place = {}) {
  return Object.assign(new Error(message), { problem, place });
}
