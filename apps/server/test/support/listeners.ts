import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Servers of a test's own, which end together. */
export interface Listeners {
  /** The port. */
  listen(server: Server, host: string, port?: number): Promise<number>;
  end(): Promise<void>;
}

export function listeners(): Listeners {
  const servers: Server[] = [];
  return {
    listen: async (server, host, port = 0) => {
      servers.push(server);
      server.listen(port, host);
      await once(server, 'listening');
      return (server.address() as AddressInfo).port;
    },
    end: async () => {
      for (const one of servers) one.closeAllConnections();
      await Promise.all(servers.map((one) => new Promise((closed) => one.close(closed))));
    },
  };
}
