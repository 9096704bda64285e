import { mkdtemp, rm } from 'node:fs/promises';
import { connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Database } from '@gatehouse/database';

/** A way to the database on which a server can be made deaf. */
export interface Deafener {
  /** For `aServer({ socketFolder })`. */
  readonly socketFolder: string;
  /** From now on the change feed's connections stay open and bring nothing, new ones too; all others work. */
  deafen(): void;
  end(): Promise<void>;
}

/** The name that the feed gives its connection stands in the first packet. */
const FEED = Buffer.from('gatehouse change feed');

export async function aDeafener(database: Database): Promise<Deafener> {
  const { host, port } = database.clientConfig('server');
  const socketFolder = await mkdtemp(join(tmpdir(), 'gatehouse-deaf-'));
  const file = `.s.PGSQL.${port ?? 5432}`;
  const sockets = new Set<Socket>();
  const feeds = new Set<Socket>();
  let isDeaf = false;

  const proxy = createServer((client) => {
    const server = connect(join(host!, file));
    for (const [one, other] of [
      [client, server],
      [server, client],
    ] as const) {
      sockets.add(one);
      one.on('error', () => other.destroy());
      one.on('close', () => other.destroy());
    }
    client.once('data', (first) => {
      const isFeed = first.includes(FEED);
      if (isFeed) for (const socket of [client, server]) feeds.add(socket);
      if (isDeaf && isFeed) return;
      server.write(first);
      client.pipe(server);
      server.pipe(client);
    });
  });
  await new Promise<void>((resolve) => proxy.listen(join(socketFolder, file), resolve));
  return {
    socketFolder,
    deafen: () => {
      isDeaf = true;
      for (const socket of feeds) socket.unpipe().pause();
    },
    end: async () => {
      for (const socket of sockets) socket.destroy();
      proxy.close();
      await rm(socketFolder, { recursive: true, force: true });
    },
  };
}
