import { spawn } from 'node:child_process';
import { childEnvironment } from '@gatehouse/config';
import type { Anchor, AnchorRecord } from './anchor.ts';

const TIMEOUT_MS = 5000;
/** More than a checkpoint over a hundred chains; syslog's own default is 1 KiB. */
const MAX_BYTES = 16_384;

/** Syslog, and with it journald, through `logger` of util-linux. `socket`: another one than /dev/log. */
export function syslogAnchor(socket?: string): Anchor {
  const args = ['-t', 'gatehouse', '-p', 'auth.notice', '--socket-errors=on', '--size', String(MAX_BYTES)];
  if (socket !== undefined) args.push('-u', socket);
  return {
    name: 'syslog',
    publish: (record: AnchorRecord) =>
      new Promise<void>((resolve, reject) => {
        const logger = spawn('logger', args, {
          stdio: ['pipe', 'ignore', 'pipe'],
          env: childEnvironment(),
          timeout: TIMEOUT_MS,
        });
        let said = '';
        logger.stderr.on('data', (bytes: Buffer) => {
          said += bytes.toString();
        });
        logger.on('error', reject);
        logger.on('close', (code) => {
          // It exits with 0 also when there is no socket, and only says so.
          if (code === 0 && said === '') resolve();
          else reject(new Error(`logger exited with ${code}: ${said.trim()}`));
        });
        logger.stdin.on('error', () => undefined);
        logger.stdin.end(`${JSON.stringify(record)}\n`);
      }),
  };
}
