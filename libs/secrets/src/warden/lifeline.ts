import { fstatSync, readFileSync } from 'node:fs';
import { Socket } from 'node:net';
import type { AppError } from '@gatehouse/kernel';

export interface Lifeline {
  /** Tells the server why nothing came of its order, and ends this process. */
  fail(problem: string): void;
}

/**
 * Takes the one order of the server on descriptor 3 and hands it to `obey`. The server holds the other end: when it is
 * gone, however it went, so is this process, and its whole group with it.
 */
export function onOrder(obey: (order: unknown, lifeline: Lifeline) => void, ownError: typeof AppError): void {
  if (!fstatSync(3).isSocket()) throw new Error('descriptor 3 is no socket');
  requireLeader();
  const socket = new Socket({ fd: 3, readable: true, writable: true });
  const lifeline: Lifeline = {
    fail: (problem) => void socket.write(`${JSON.stringify({ problem })}\n`, () => process.exit(1)),
  };
  let heard = '';
  let isGiven = false;
  socket.setEncoding('utf8');
  socket.on('data', (text: string) => {
    heard += text;
    const end = heard.indexOf('\n');
    if (isGiven || end < 0) return;
    isGiven = true;
    const line = heard.slice(0, end);
    heard = '';
    try {
      obey(JSON.parse(line), lifeline);
    } catch (error) {
      // Only our own errors are sentences without a value in them.
      lifeline.fail(error instanceof ownError ? error.message : 'the warden failed');
    }
  });
  for (const event of ['end', 'close', 'error']) socket.on(event, endGroup);
  for (const stream of [process.stdout, process.stderr]) stream.on('error', endGroup);
}

function endGroup(): void {
  process.kill(0, 'SIGKILL');
}

/** The group that we end must be our own. */
function requireLeader(): void {
  const [, , group] = readFileSync('/proc/self/stat', 'latin1').split(') ')[1]!.split(' ');
  if (Number(group) !== process.pid) throw new Error('a warden leads its process group');
}
