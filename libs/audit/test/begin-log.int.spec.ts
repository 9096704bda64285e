import { type AuditLog, AuditSigning, type NewLog, systemContext } from '@gatehouse/audit';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Anchors } from '../src/anchors/anchors.ts';
import { verifyRecords } from '../verifier/verify.mjs';
import { ROOT } from './a-folder.ts';
import { aSignedLog, type SignedLog } from './a-signed-log.ts';
import { anEntry } from './an-entry.ts';

/** A log of four checkpoints in a database that is then set back to the second, as by a backup. */
let log: SignedLog;
let writer: AuditLog;
let before: string;
let begun: NewLog;

const REASON = 'restored from the backup of Tuesday';
const SET_BACK = `
  with c as (delete from audit_checkpoints where no > 2 returning chains, first_seqs, last_seqs),
    r as (select * from c, unnest(chains, first_seqs, last_seqs) as u (chain, first, last)),
    s as (delete from audit_seals using r where audit_seals.chain = r.chain and seq between r.first and r.last returning row_ids)
  delete from audit_log using s where id = any(s.row_ids)`;

beforeAll(async () => {
  log = await aSignedLog();
  before = log.anchors[0]!.split('\n')[0]!;
});
afterAll(async () => {
  await writer.stop();
  await log.drop();
});

function aSigning(): AuditSigning {
  const anchor = {
    name: 'test',
    publish: async (record: { checkpoint: string }) => void log.anchors.push(record.checkpoint),
  };
  return new AuditSigning({
    config: log.database.clientConfig('server'),
    installation: { root: ROOT, keyDir: log.keyDir },
    anchors: new Anchors([anchor], () => undefined),
    warn: () => undefined,
  });
}

async function record(detail: NewLog): Promise<string> {
  const { id } = await writer.record({
    event: 'audit.begun',
    context: systemContext(),
    action: 'test',
    decision: 'allow',
    policy: 'not_applicable',
    reason: 'A new log was begun.',
    detail: { ...detail },
  });
  return id;
}

const sizeOf = (note: string) => Number(note.split('\n')[1]);
const verify = (accept: readonly string[] = [], anchors: readonly string[] = log.anchors) =>
  log.bundles.verify({ keys: log.keys, anchors, accept });

describe('a new log', () => {
  it('is not begun while the signer goes on, and nothing is recorded', async () => {
    writer = await log.log('cli');
    const signing = aSigning();
    const asked: NewLog[] = [];
    const refusing = (detail: NewLog) => {
      asked.push(detail);
      return record(detail);
    };
    await expect(signing.beginLog({ reason: REASON, record: refusing })).rejects.toMatchObject({
      code: 'AUDIT_LOG_GOES_ON',
    });
    expect(asked).toEqual([]);
    await signing.stop();
    await writer.stop();
  });

  it('is begun on record over what a database has that was set back, and signed whole', async () => {
    await log.tamper(SET_BACK);
    writer = await log.log('cli');
    const signing = aSigning();
    await expect(signing.signNow()).rejects.toThrow(/set back/);
    begun = await signing.beginLog({ reason: REASON, record });
    await signing.stop();
    expect(begun).toMatchObject({
      after: before,
      reason: REASON,
      problem: expect.stringMatching(/set back/),
    });
    const [origin, size, ...rest] = log.anchors.at(-1)!.split('\n');
    const { rows } = await log.owner.query<{ n: string }>('select count(*) as n from audit_seals');
    expect([origin, size]).toEqual([begun.origin, rows[0]!.n]);
    const signed = log.anchors.at(-2)!;
    const [, signedSize, root] = signed.split('\n');
    expect(rest).toContainEqual(expect.stringMatching(/^after \S+ \d+ /));
    expect(rest.join()).toContain(` ${signedSize} ${root}`);
  });

  it('is told by a verifier with what was lost, until somebody says that it is known', async () => {
    const lost = sizeOf(log.anchors.at(-2)!) - sizeOf(log.anchors[1]!);
    const report = await verify();
    expect(report.problems.map(({ kind }) => kind)).toEqual(['log_broken']);
    expect(report.problems[0]!.message).toContain(`${lost} of its seals were signed and are not here`);
    expect(report.problems[0]!.message).toContain(REASON);
    expect(report.breaks).toMatchObject([{ origin: begun.origin, after: before, seals_lost: lost }]);
    expect(await verify([begun.origin])).toMatchObject({ ok: true, problems: [] });
    expect(await verify(['gatehouse/audit/another'])).toMatchObject({ ok: false });
  });

  it('goes on, and what is changed in it is found, also from before it was begun', async () => {
    await writer.record(anEntry());
    await log.sign();
    const whole = await log.records();
    expect(
      await verifyRecords(whole, { keys: log.keys, anchors: log.anchors, accept: [begun.origin] }),
    ).toMatchObject({
      ok: true,
      unsigned_seals: 0,
    });
    const [first] = whole.filter(({ record: kind }) => kind === 'row');
    const changed = whole.map((one) => (one === first ? { ...one, reason: 'x' } : one));
    const { problems } = await verifyRecords(changed, { keys: log.keys, accept: [begun.origin] });
    expect(problems.map(({ kind }) => kind)).toEqual(['row_changed']);
  });

  it('hides nothing that its anchors know of the log before', async () => {
    const whole = await log.records();
    const early = whole.filter(
      (one) => !(one.record === 'checkpoint' && one.origin === before && one.no === 2),
    );
    const { problems } = await verifyRecords(early, { keys: log.keys, anchors: log.anchors, accept: [] });
    expect(problems.map(({ kind }) => kind)).toEqual(['log_broken']);
    const forged = log.anchors[0]!.replace(before, begun.origin);
    const { first_problem: first } = await verify([begun.origin], [forged]);
    expect(first).toMatchObject({ kind: 'anchor_unsigned' });
  });
});

describe('the database', () => {
  it('begins no log without a row that names it and the last one', async () => {
    const client = new pg.Client(log.database.clientConfig('server'));
    await client.connect();
    try {
      await expect(
        client.query(`insert into audit_origins (origin) values ('gatehouse/audit/own')`),
      ).rejects.toMatchObject({ code: '42501' });
      await expect(client.query(`select audit_begin_log(gen_random_uuid())`)).rejects.toMatchObject({
        code: '42501',
      });
      const stale = await record({ origin: 'gatehouse/audit/own', after: before, reason: 'x', problem: 'x' });
      await expect(client.query('select audit_begin_log($1)', [stale])).rejects.toMatchObject({
        code: '42501',
      });
    } finally {
      await client.end();
    }
  });

  it('keeps the row of a beginning when its month goes', async () => {
    const { rows } = await log.owner.query(`select audit_outlives('audit.begun') as kept`);
    expect(rows).toEqual([{ kept: true }]);
  });
});

it('a log that somebody with the database alone puts in place of the signed one is found without a row', async () => {
  await log.tamper(`insert into audit_origins (origin, reason) values ('gatehouse/audit/own', 'mine')`);
  await log.sign();
  const report = await verify([begun.origin, 'gatehouse/audit/own'], []);
  expect(report.problems.map(({ kind }) => kind)).toEqual(['log_unrecorded']);
});
