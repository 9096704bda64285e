import { type AuditEntry, AuditLog } from '@gatehouse/audit';
import type { CredentialResolver, Principal } from '@gatehouse/identity';
import { AppError, type ClientId, type SessionId, type UserId } from '@gatehouse/kernel';
import { createScanner, type Scanner } from '@gatehouse/secret-scanner';
import { describe, expect, it } from 'vitest';
import type { DecisionRequest } from './calls/decision.ts';
import { DecisionCounts } from './decision-counts.ts';
import type { OwnSecretGuard } from './own-secrets/own-secret-guard.service.ts';
import type { CompiledPolicy } from './policy/compiled-policy.ts';
import type { LivePolicy } from './policy/live-policy.ts';
import { PolicyDecisionPoint } from './policy-decision-point.ts';
import { CallAdmission } from './rate-limits/call-admission.service.ts';
import type { WrittenScripts } from './written/written-scripts.service.ts';

const principal = {
  kind: 'access_token',
  userId: 'maya' as UserId,
  sessionId: 's1' as SessionId,
  rootSessionId: 's1' as SessionId,
  clientId: 'c1' as ClientId,
  role: 'user',
  department: null,
  agentId: null,
  agents: [] as Principal['agents'],
  scopes: null,
  audience: 'a',
  expiresAtMs: Number.MAX_SAFE_INTEGER,
} as Principal;

const policy = {
  version: 'sha256:00',
  access: { mayCall: () => ({ allowed: true, detail: 'role user' }) },
  blocklist: () => null,
  rateLimits: { perMinute: 300, userSessions: 4, multipliers: { user: 1 } },
} as never as CompiledPolicy;

const request: DecisionRequest = {
  bearer: 'token',
  resource: 'hooks',
  call: { action: 'Read', tool: 'Read', server: null, input: { file_path: 'hunter2' }, cwd: null },
  correlation: {},
  remoteAddress: '127.0.0.1',
};

interface Faults {
  readonly resolve?: () => unknown;
  readonly current?: () => CompiledPolicy;
  readonly askIfSilent?: () => Promise<void>;
  readonly scan?: () => never;
  readonly blocklist?: () => never;
  readonly mayCall?: () => never;
  readonly rateLimits?: unknown;
  readonly record?: (entry: AuditEntry) => unknown;
  /** Of a call that wrote a script which other servers have to know of. */
  readonly tell?: () => Promise<boolean>;
}

const WRITTEN = { rootSessionId: 's1', path: '/srv/clean.sh', text: 'hunter2' };
const NO_SCRIPTS = { files: new Map(), keep: () => undefined };

function broken(): never {
  throw new Error('the value was hunter2');
}

function aDecisionPoint(faults: Faults) {
  const rows: AuditEntry[] = [];
  const scanner = createScanner();
  const pdp = new PolicyDecisionPoint(
    { resolve: faults.resolve ?? (() => ({ ok: true, principal })) } as never as CredentialResolver,
    {
      askIfSilent: faults.askIfSilent ?? (() => undefined),
      current:
        faults.current ??
        (() => ({
          ...policy,
          ...(faults.blocklist === undefined ? {} : { blocklist: faults.blocklist }),
          ...(faults.mayCall === undefined ? {} : { access: { mayCall: faults.mayCall } }),
          ...('rateLimits' in faults ? { rateLimits: faults.rateLimits } : {}),
        })),
    } as never as LivePolicy,
    {
      accounting: {
        enter: () => undefined,
        leave: () => undefined,
        summarisedInside: () => undefined,
      },
      record: (entry: AuditEntry) => {
        const answer = faults.record?.(entry);
        if (answer !== undefined) return answer;
        rows.push(entry);
        return Promise.resolve({ id: 'row', commitment: null });
      },
    } as never as AuditLog,
    (faults.scan === undefined ? scanner : { ...scanner, scan: faults.scan, redact: faults.scan }) as Scanner,
    new DecisionCounts(),
    new CallAdmission({ summarise: () => undefined }, { full: false }, null),
    {
      askIfSilent: () => undefined,
      isLocked: () => false,
      named: () => undefined,
      compare: async () => undefined,
    } as never as OwnSecretGuard,
    {
      askIfSilent: () => undefined,
      of: () => ({ memory: NO_SCRIPTS, written: faults.tell === undefined ? [] : [WRITTEN] }),
      tell: faults.tell ?? (() => Promise.resolve(true)),
    } as never as WrittenScripts,
  );
  return { pdp, rows };
}

describe('a decision', () => {
  it('is an allow when everything works', async () => {
    const { pdp, rows } = aDecisionPoint({});
    expect(await pdp.decide(request)).toMatchObject({
      decision: 'allow',
      policy: 'default_allow',
      rowId: 'row',
    });
    expect(rows).toHaveLength(1);
  });

  it.each<[string, Faults, string]>([
    ['the credential resolver throws', { resolve: broken }, 'token_invalid'],
    [
      'the credential resolver rejects',
      { resolve: () => Promise.reject(new Error('hunter2')) },
      'token_invalid',
    ],
    ['the policy cannot be had', { current: broken }, 'internal_error'],
    [
      'nobody says which policy is in force',
      { askIfSilent: () => Promise.reject(new Error('hunter2')) },
      'internal_error',
    ],
    ['the scanner throws', { scan: broken }, 'input_invalid'],
    ['the scope check throws', { mayCall: broken }, 'internal_error'],
    ['the blocklist throws', { blocklist: broken }, 'internal_error'],
    [
      'other servers cannot be told of a script that it wrote',
      { tell: () => Promise.resolve(false) },
      'internal_error',
    ],
    ['the budgets throw', { rateLimits: null }, 'internal_error'],
  ])('is a deny with a row that quotes nothing when %s', async (_name, faults, expected) => {
    const { pdp, rows } = aDecisionPoint(faults);
    const decision = await pdp.decide(request);
    expect(decision).toMatchObject({ decision: 'deny', policy: expected, rowId: 'row' });
    expect(rows).toHaveLength(1);
    expect(rows[0]).toMatchObject({ event: 'tool_call.decided', decision: 'deny', policy: expected });
    expect(JSON.stringify([decision.reason, decision.rules, rows[0]!.reason, rows[0]!.rules])).not.toContain(
      'hunter2',
    );
  });

  it.each<[string, (entry: AuditEntry) => unknown, string]>([
    ['cannot be written', () => Promise.reject(new AppError('AUDIT_UNAVAILABLE', 'no')), 'audit_unavailable'],
    [
      'is refused by the database',
      () => Promise.reject(new AppError('AUDIT_ROW_REFUSED', 'no')),
      'internal_error',
    ],
    ['fails in an unknown way', () => Promise.reject(new Error('hunter2')), 'audit_unavailable'],
    ['throws instead of rejecting', broken, 'audit_unavailable'],
  ])('is a deny when its row %s', async (_name, record, expected) => {
    const { pdp } = aDecisionPoint({ record });
    const decision = await pdp.decide(request);
    expect(decision).toMatchObject({ decision: 'deny', policy: expected, rowId: null });
    expect(decision.reason).not.toContain('hunter2');
  });

  it('withholds the output of a call whose completion cannot be recorded', async () => {
    const record = (entry: AuditEntry) =>
      entry.event === 'tool_call.completed' ? Promise.reject(new Error('down')) : undefined;
    const { pdp } = aDecisionPoint({ record });
    const decision = await pdp.decide(request);
    const completed = await pdp.complete(decision, {
      status: 'ok',
      output: { text: 'result' },
      error: null,
      durationMs: 1,
      reportedBy: 'gatehouse',
    });
    expect(completed).toEqual({ recorded: false, rowId: null, output: null, scanned: null });
  });
});
