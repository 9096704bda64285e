import pg from 'pg';
import { describe, expect, it } from 'vitest';
import { anEntry } from './an-entry.ts';
import { anOpenLog } from './an-open-log.ts';

const opened = anOpenLog();

describe('the database roles', () => {
  it.each([
    ['server', `update audit_log set reason = 'x'`],
    ['server', 'delete from audit_log'],
    ['server', 'truncate audit_log'],
    ['server', 'truncate audit_log_default'],
    ['server', `update audit_seals set root = prev_root`],
    ['server', 'delete from audit_seals'],
    ['server', 'drop table audit_log'],
    ['server', 'alter table audit_log disable trigger all'],
    ['server', `set session_replication_role = 'replica'`],
    ['reader', `insert into audit_lanes (kind) values ('cli')`],
    ['reader', 'delete from audit_log'],
    ['reader', 'select * from users'],
    ['reader', 'select * from sessions'],
    ['retention', 'delete from audit_log'],
    ['owner', `update audit_log set reason = 'x'`],
    ['owner', 'delete from audit_seals'],
    ['owner', 'truncate audit_log'],
  ] as const)('refuses %s: %s', async (role, statement) => {
    await opened.log.record(anEntry());
    const client = new pg.Client(opened.database.clientConfig(role));
    await client.connect();
    try {
      await expect(client.query(statement)).rejects.toMatchObject({ code: '42501' });
    } finally {
      await client.end();
    }
  });
});
