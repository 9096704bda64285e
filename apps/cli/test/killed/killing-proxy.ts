import { renameSync, rmSync } from 'node:fs';
import { connect, createServer, type Server, type Socket } from 'node:net';

/** Whom to kill at which message. */
export interface Fatal {
  /** Of the messages that are counted: its number, from 0. */
  readonly message: number;
  /** Before PostgreSQL gets it, or when it has answered and nobody knows yet. */
  readonly when: 'before' | 'after';
  readonly kill: () => void;
}

/**
 * Stands between a command and PostgreSQL, at PostgreSQL's own address. Counts the messages of each transaction that
 * takes the lock of the secret store, from that on to its end, and has the command killed at one of them.
 */
export class KillingProxy {
  readonly #socket: string;
  readonly #real: string;
  readonly #server: Server;
  readonly #open = new Set<Socket>();
  #fatal: Fatal | undefined;
  #counted = 0;

  private constructor(socket: string) {
    this.#socket = socket;
    this.#real = `${socket}-real`;
    renameSync(socket, this.#real);
    this.#server = createServer((client) => this.#pass(client));
  }

  static async start(folder: string): Promise<KillingProxy> {
    const proxy = new KillingProxy(`${folder}/.s.PGSQL.5432`);
    await new Promise<void>((resolve) => proxy.#server.listen(proxy.#socket, resolve));
    return proxy;
  }

  /** From here on; gives how many messages were counted before. */
  arm(fatal?: Fatal): number {
    const counted = this.#counted;
    this.#fatal = fatal;
    this.#counted = 0;
    return counted;
  }

  async end(): Promise<void> {
    for (const socket of this.#open) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
    rmSync(this.#socket, { force: true });
    renameSync(this.#real, this.#socket);
  }

  #pass(client: Socket): void {
    const server = connect(this.#real);
    let holdsLock = false;
    let answered: (() => void) | undefined;
    for (const [one, other] of [
      [client, server],
      [server, client],
    ] as const) {
      this.#open.add(one);
      one.on('error', () => undefined);
      one.on('close', () => {
        this.#open.delete(one);
        other.destroy();
      });
    }
    client.on('data', (bytes) => {
      holdsLock ||= bytes.includes('pg_advisory_xact_lock(1735159916');
      const fatal = holdsLock && this.#counted++ === this.#fatal?.message ? this.#fatal : undefined;
      holdsLock &&= !bytes.includes('COMMIT');
      if (fatal?.when === 'before') {
        fatal.kill();
        return;
      }
      answered = fatal?.kill;
      server.write(bytes);
    });
    server.on('data', (bytes) => {
      if (answered === undefined) client.write(bytes);
      else answered();
    });
  }
}
