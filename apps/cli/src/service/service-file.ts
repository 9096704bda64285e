import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isJsonObject, type JsonValue } from '@gatehouse/kernel';
import { processIdentity } from './process-identity.ts';

/** The server that runs in the background. */
export interface Service {
  readonly pid: number;
  /** As `processIdentity` gives it: another process with this number is not it. */
  readonly identity: string;
}

/** Remembers, in the state folder, which process is the server in the background. */
export class ServiceFile {
  readonly #path: string;

  constructor(stateDir: string) {
    this.#path = join(stateDir, 'server.pid');
  }

  /** The server if it still runs; forgets one that is gone. */
  running(): Service | null {
    const service = this.#read();
    if (service !== null && processIdentity(service.pid) === service.identity) return service;
    this.forget();
    return null;
  }

  remember(service: Service): void {
    mkdirSync(join(this.#path, '..'), { recursive: true, mode: 0o711 });
    writeFileSync(this.#path, `${JSON.stringify(service)}\n`, { flag: 'wx', mode: 0o600 });
  }

  forget(): void {
    rmSync(this.#path, { force: true });
  }

  #read(): Service | null {
    try {
      const read: JsonValue = JSON.parse(readFileSync(this.#path, 'utf8'));
      if (!isJsonObject(read)) return null;
      const { pid, identity } = read;
      const right = typeof pid === 'number' && Number.isSafeInteger(pid) && pid > 1;
      return right && typeof identity === 'string' ? { pid, identity } : null;
    } catch {
      return null;
    }
  }
}
