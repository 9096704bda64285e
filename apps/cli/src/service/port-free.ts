import { once } from 'node:events';
import { createServer } from 'node:net';

/** Whether the server could listen there: `localhost` is 127.0.0.1 and, where the machine has it, ::1. */
export async function portFree(host: string, port: number): Promise<boolean> {
  for (const address of host === 'localhost' ? ['127.0.0.1', '::1'] : [host]) {
    if ((await listenProblem(address, port)) === 'EADDRINUSE') return false;
  }
  return true;
}

async function listenProblem(host: string, port: number): Promise<string | null> {
  const probe = createServer();
  try {
    probe.listen({ host, port, exclusive: true });
    await once(probe, 'listening');
  } catch (error) {
    return error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
  }
  probe.close();
  await once(probe, 'close');
  return null;
}
