import { AuditLog } from '@gatehouse/audit';
import { createTestDatabase, type TestDatabase } from '@gatehouse/database';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest';
import { scanner } from './an-entry.ts';

/** A database of the spec file's own, and a writer of it that was started before each test and is stopped after it. */
export class OpenLog {
  database!: TestDatabase;
  /** Connections that may do anything. */
  owner!: pg.Pool;
  log!: AuditLog;

  /** Another writer, not started. */
  writer(kind: 'server' | 'cli' = 'server'): AuditLog {
    return new AuditLog({
      config: this.database.clientConfig('server'),
      kind,
      scanner,
      warn: () => undefined,
    });
  }
}

/** To be called at the top of a spec file: it is there while its tests run. */
export function anOpenLog(): OpenLog {
  const opened = new OpenLog();
  beforeAll(async () => {
    opened.database = await createTestDatabase();
    opened.owner = new pg.Pool({ ...opened.database.clientConfig('owner'), max: 4 });
    opened.owner.on('error', () => undefined);
  });
  afterAll(async () => {
    await opened.owner.end();
    await opened.database.drop();
  });
  beforeEach(async () => {
    opened.log = opened.writer();
    await opened.log.start();
  });
  afterEach(() => opened.log.stop());
  return opened;
}
