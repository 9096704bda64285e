/** A process that exports until it is killed: its sinks and connections come as JSON on standard input. */

import { json } from 'node:stream/consumers';
import type { ExportSinkConfig } from '@gatehouse/config';
import { destinationPolicy, sendOutbound } from '@gatehouse/outbound';
import pg from 'pg';
import { AuditExport } from '../../src/export/audit-export.ts';
import { AuditReader } from '../../src/read/audit-reader.ts';
import { ReaderSight } from '../../src/read/reader-sight.ts';
import { SightedReads } from '../../src/read/sighted-reads.ts';

const { sinks, server, reader } = (await json(process.stdin)) as {
  sinks: ExportSinkConfig[];
  server: pg.ClientConfig;
  reader: pg.ClientConfig;
};
const pool = new pg.Pool(reader);
pool.on('error', () => undefined);
const clientConfig = (role: string) => (role === 'server' ? server : reader);
const policy = destinationPolicy([]);
new AuditExport({
  sinks,
  database: server,
  reader: new AuditReader(new SightedReads(pool, new ReaderSight({ clientConfig }))),
  outbound: { send: (request) => sendOutbound(request, policy) },
  version: '0.1.0',
  warn: () => undefined,
  pauseMs: () => 20,
  lookMs: 50,
}).start();
setInterval(() => undefined, 60_000);
process.stdout.write('ready\n');
