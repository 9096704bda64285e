import type { Readable, Writable } from 'node:stream';
import { Lines } from './lines.ts';
import { lettingGo } from './long-lines.ts';
import type { LineRedactor } from './redact-lines.ts';
import { OVERSIZED_METHOD } from './warden-order.ts';

const STDERR_LINE_BYTES = 64 * 1024;
const ANSWER_ID = /(?:^\{"jsonrpc":"2\.0","id":(\d{1,15}),)|(?:"id":(\d{1,15})\}$)/;

/** Passes a tool's messages on, line by line, redacted, no faster than they are read. */
export function passMessages(from: Readable, to: Writable, redactor: LineRedactor, maxBytes: number): void {
  pass(from, to, maxBytes, (line) => redactor.message(line), oversizedMessage);
}

/** Passes a tool's complaints on. */
export function passText(from: Readable, to: Writable, redactor: LineRedactor): void {
  const withheld = () => Buffer.from('[a line of more than 64 KiB is withheld]');
  pass(from, to, STDERR_LINE_BYTES, (line) => redactor.text(line), withheld);
}

function pass(
  from: Readable,
  to: Writable,
  maxBytes: number,
  redact: (line: Buffer) => Buffer,
  oversized: (head: Buffer, tail: Buffer) => Buffer,
): void {
  const letGo = lettingGo();
  const write = (line: Buffer): void => {
    to.cork();
    to.write(line);
    const isTaken = to.write('\n');
    to.uncork();
    if (!isTaken) from.pause();
  };
  const lines = new Lines(
    maxBytes,
    (line) => {
      write(redact(line));
      letGo(line.length);
    },
    (head, tail) => {
      write(oversized(head, tail));
      letGo(Number.POSITIVE_INFINITY, maxBytes);
    },
  );
  to.on('drain', () => from.resume());
  from.on('data', (chunk: Buffer) => {
    lines.push(chunk);
    if (lines.isWithholding) letGo(Number.POSITIVE_INFINITY, chunk.length);
  });
  from.on('end', () => lines.end());
  from.on('error', () => undefined);
}

/** Of a line that was too long to be redacted nothing is passed on but which request it answered. */
function oversizedMessage(head: Buffer, tail: Buffer): Buffer {
  const match = ANSWER_ID.exec(head.toString('latin1')) ?? ANSWER_ID.exec(tail.toString('latin1'));
  const id = Number(match?.[1] ?? match?.[2] ?? -1);
  return Buffer.from(JSON.stringify({ jsonrpc: '2.0', method: OVERSIZED_METHOD, params: { id } }));
}
