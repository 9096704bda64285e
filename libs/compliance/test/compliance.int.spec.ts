import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { AuditLog, AuditSigning, openNote, ReaderSight, ScannedValue, systemContext } from '@gatehouse/audit';
import { Compliance, EVIDENCE_QUERIES, readPeriod } from '@gatehouse/compliance';
import { loadConfiguration } from '@gatehouse/config';
import { createTestDatabase, type TestDatabase, withClient } from '@gatehouse/database';
import { createScanner } from '@gatehouse/secret-scanner';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const scanner = createScanner();
let database: TestDatabase;
let folder: string;
let compliance: Compliance;
let log: AuditLog;

/** Of an installation whose home and keys are in this folder. */
async function aCompliance(of: TestDatabase, home: string): Promise<Compliance> {
  const configuration = await loadConfiguration({
    root: ROOT,
    environment: {
      HOME: home,
      GATEHOUSE_STATE_DIR: join(home, 'state'),
      XDG_CONFIG_HOME: join(home, 'config'),
    },
  });
  const signing = new AuditSigning({
    config: of.clientConfig('server'),
    installation: configuration.installation,
    anchors: { failuresTotal: 0 } as never,
    warn: () => undefined,
  });
  return new Compliance(configuration, of, signing, new ReaderSight(of));
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gatehouse-compliance-'));
  database = await createTestDatabase();
  compliance = await aCompliance(database, folder);
  log = new AuditLog({
    config: database.clientConfig('server'),
    kind: 'server',
    scanner,
    warn: () => undefined,
  });
  await log.start();
  const call = {
    context: systemContext(),
    action: 'Bash',
    reason: 'r',
    input: ScannedValue.of(scanner, { command: 'x' }),
  };
  await log.record({ ...call, event: 'tool_call.decided', decision: 'allow', policy: 'default_allow' });
  await log.record({ ...call, event: 'tool_call.decided', decision: 'deny', policy: 'blocklisted' });
});
afterAll(async () => {
  await log.stop();
  await database.drop();
  await rm(folder, { recursive: true, force: true });
});

const THIS_YEAR = readPeriod(String(new Date().getUTCFullYear()));

describe('the shipped catalogue', () => {
  it('has the frameworks and asks nothing that is not known', () => {
    const frameworks = compliance.frameworks();
    expect(frameworks.map(({ framework }) => framework).sort()).toEqual([
      'hipaa',
      'iso27001',
      'owasp-agentic',
      'soc2',
    ]);
    for (const { controls } of frameworks) {
      for (const { evidence } of controls)
        for (const { query } of evidence) expect(EVIDENCE_QUERIES).toHaveProperty(query);
    }
    const ids = (name: string) =>
      frameworks.find(({ framework }) => framework === name)!.controls.map(({ id }) => id);
    expect(ids('owasp-agentic')).toEqual(
      Array.from({ length: 10 }, (_, index) => `ASI${String(index + 1).padStart(2, '0')}`),
    );
    expect(ids('soc2')).toHaveLength(33);
    const annex = { 5: 37, 6: 8, 7: 14, 8: 34 };
    expect(ids('iso27001')).toEqual(
      Object.entries(annex).flatMap(([theme, count]) =>
        Array.from({ length: count }, (_, index) => `A.${theme}.${index + 1}`),
      ),
    );
    expect(ids('hipaa')).toContain('164.312(b)');
  });
});

it('every control is either shown by something, or says that it is not applicable here and why', () => {
  const { controls } = compliance.frameworks().find(({ framework }) => framework === 'iso27001')!;
  const outside = controls.filter((control) => control.outside !== null);
  for (const control of outside) {
    expect(control.outside).toMatch(/^not applicable here: \w/);
    expect([control.evidence, control.claims]).toEqual([[], []]);
  }
  const shown = controls.filter((control) => control.outside === null);
  for (const control of shown) expect(control.evidence.length, control.id).toBeGreaterThan(0);
  expect([outside.length, shown.length]).toEqual([62, 31]);
});

describe('a report', () => {
  it('says met, not met, no data and outside where that is the truth', async () => {
    const { controls, evidence } = await compliance.report('soc2', THIS_YEAR);
    const result = (id: string) => controls.find((control) => control.id === id);
    expect(evidence.get('calls_decided')?.rows).toBe(2);
    expect(evidence.get('calls_denied')?.rows).toBe(1);
    expect(result('CC1.1')).toMatchObject({ result: 'outside' });
    expect(result('CC8.1')).toMatchObject({
      result: 'no_data',
      reasons: ['policies_changed: no rows in the period'],
    });
    // Rests on a claim that is planned.
    expect(result('CC6.8')?.result).toBe('not_met');
    expect(result('CC1.5')).toMatchObject({ result: 'met', reasons: [] });
  });

  it('knows nothing of a period without rows', async () => {
    const { controls } = await compliance.report('owasp-agentic', readPeriod('2020'));
    expect(controls.filter(({ result }) => result === 'met')).toEqual([]);
  });

  it('refuses a framework that there is not', async () => {
    await expect(compliance.report('soc3', THIS_YEAR)).rejects.toMatchObject({
      code: 'COMPLIANCE_FRAMEWORK_UNKNOWN',
    });
  });
});

describe('an evidence document', () => {
  it('is the same bytes each time it is made from the same rows, and signed with a key that anyone can check', async () => {
    const first = await compliance.bundle(await compliance.report('hipaa', THIS_YEAR));
    const second = await compliance.bundle(await compliance.report('hipaa', THIS_YEAR));
    expect(second.text).toBe(first.text);
    expect(createHash('sha256').update(first.text).digest('hex')).toBe(first.sha256);
    const { text, signers } = openNote(first.note, [first.vkey]);
    expect(signers).toEqual([first.vkey]);
    expect(text).toContain(`sha256 ${first.sha256}\n`);
    expect(openNote(first.note.replace(first.sha256, '0'.repeat(64)), [first.vkey]).signers).toEqual([]);
  });

  it('is the same bytes on another machine, from the same rows in another database under another key', async () => {
    const other = await createTestDatabase();
    const home = await mkdtemp(join(tmpdir(), 'gatehouse-elsewhere-'));
    try {
      const rows = await withClient(database.clientConfig('owner'), (client) =>
        client.query<{ row: string }>('select row_to_json(l)::text as row from audit_log l'),
      );
      await withClient(other.clientConfig('owner'), async (client) => {
        await client.query('set session_replication_role = replica');
        for (const { row } of rows.rows)
          await client.query('insert into audit_log select (json_populate_record(null::audit_log, $1)).*', [
            row,
          ]);
      });
      const there = await aCompliance(other, home);
      const made = await there.bundle(await there.report('hipaa', THIS_YEAR));
      const here = await compliance.bundle(await compliance.report('hipaa', THIS_YEAR));
      expect([made.sha256, made.text]).toEqual([here.sha256, here.text]);
      expect(made.vkey).not.toBe(here.vkey);
    } finally {
      await other.drop();
      await rm(home, { recursive: true, force: true });
    }
  });

  it('is other bytes when a row is changed, added or taken away', async () => {
    const made = async () => (await compliance.bundle(await compliance.report('hipaa', THIS_YEAR))).text;
    const before = await made();
    const asOwner = (sql: string) =>
      withClient(database.clientConfig('owner'), async (owner) => {
        await owner.query('set session_replication_role = replica');
        await owner.query(sql);
      });
    await asOwner(`update audit_log set reason = 'other' where policy = 'blocklisted'`);
    const changed = await made();
    expect(changed).not.toBe(before);
    await asOwner(`update audit_log set reason = 'r' where policy = 'blocklisted'`);
    expect(await made()).toBe(before);
    await asOwner(`delete from audit_log where policy = 'blocklisted'`);
    expect(await made()).not.toBe(before);
  });
});
