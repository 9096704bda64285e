import type { RateLimitsPolicy } from '@gatehouse/config';
import { createTestDatabase, type TestDatabase } from '@gatehouse/database';
import type { Principal } from '@gatehouse/identity';
import { type Role, type SessionId, systemClock, type UserId } from '@gatehouse/kernel';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { BudgetState } from '../budget.ts';
import { CallBudgets } from '../call-budgets.ts';
import { CallLeases } from './call-leases.service.ts';

const policy: RateLimitsPolicy = {
  perMinute: 300,
  userSessions: 4,
  multipliers: { admin: 10, user: 1, service: 5, a2a: 5, mcp: 5, anonymous: 0.5 },
};

let database: TestDatabase;
let owner: pg.Pool;
let names = 0;
const open: CallLeases[] = [];

beforeAll(async () => {
  database = await createTestDatabase();
  owner = new pg.Pool({ ...database.clientConfig('owner'), max: 2 });
  owner.on('error', () => undefined);
});

afterEach(() => Promise.all(open.splice(0).map((leases) => leases.onModuleDestroy())));

afterAll(async () => {
  await owner.end();
  await database.drop();
});

function aServer(): CallBudgets {
  const leases = new CallLeases(database);
  open.push(leases);
  return new CallBudgets(leases);
}

function aPrincipal(fields: { session?: string; user?: string; role?: Role } = {}): Principal {
  names += 1;
  const session = (fields.session ?? `session-${names}`) as SessionId;
  return {
    userId: (fields.user ?? `user-${names}`) as UserId,
    sessionId: session,
    rootSessionId: session,
    role: fields.role ?? 'user',
  } as Principal;
}

async function take(server: CallBudgets, principal: Principal): Promise<BudgetState> {
  return server.take(principal, policy, systemClock.now(), '127.0.0.1');
}

async function granted(server: CallBudgets, principal: Principal, n: number): Promise<number> {
  const states = await Promise.all(Array.from({ length: n }, () => take(server, principal)));
  return states.filter((state) => state.granted).length;
}

describe('a budget that servers share', () => {
  it('is exact for one server: 300 of 400 calls at once', async () => {
    expect(await granted(aServer(), aPrincipal(), 400)).toBe(300);
  });

  it('is exact for one server: 300 of 400 calls one by one', async () => {
    const server = aServer();
    const principal = aPrincipal();
    let count = 0;
    for (let i = 0; i < 400; i += 1) if ((await take(server, principal)).granted) count += 1;
    expect(count).toBe(300);
  });

  it.each([2, 3])('is never exceeded by %i servers, and nearly used up', async (n) => {
    const principal = aPrincipal();
    const servers = Array.from({ length: n }, aServer);
    let count = 0;
    for (let round = 0; round < 40; round += 1) {
      const counts = await Promise.all(servers.map((server) => granted(server, principal, 10)));
      count += counts.reduce((sum, one) => sum + one, 0);
    }
    expect(count).toBeLessThanOrEqual(300);
    expect(count).toBeGreaterThan(250);
  });

  it('counts sessions of one user on different servers', async () => {
    const [one, two] = [aServer(), aServer()];
    const sessions = Array.from({ length: 8 }, () => aPrincipal({ user: 'shared-user' }));
    const counts = await Promise.all(
      sessions.map((session, i) => granted(i % 2 === 0 ? one : two, session, 300)),
    );
    const sum = counts.reduce((total, count) => total + count, 0);
    expect(sum).toBeLessThanOrEqual(1200);
    expect(sum).toBeGreaterThan(1000);
  });

  it('is not new for a server that starts: what another used within the minute counts', async () => {
    const principal = aPrincipal();
    expect(await granted(aServer(), principal, 300)).toBe(300);
    await Promise.all(open.splice(0).map((leases) => leases.onModuleDestroy()));
    expect(await granted(aServer(), principal, 10)).toBe(0);
  });

  it('is free for others when a server that stops gives back what it held', async () => {
    const principal = aPrincipal();
    expect(await granted(aServer(), principal, 5)).toBe(5);
    await Promise.all(open.splice(0).map((leases) => leases.onModuleDestroy()));
    expect(await granted(aServer(), principal, 400)).toBe(295);
  });

  it('asks the database about once for ten calls, and answers most calls at once', async () => {
    const server = aServer();
    const principal = aPrincipal();
    await take(server, principal);
    let waited = 0;
    for (let i = 0; i < 200; i += 1) {
      const state = server.take(principal, policy, systemClock.now(), '127.0.0.1');
      if (state instanceof Promise) waited += 1;
      await state;
      await new Promise((done) => setImmediate(done));
    }
    expect(waited).toBeLessThan(60);
  });
});

describe('a database that goes away', () => {
  const cut = () =>
    owner.query(
      `select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'gatehouse call leases'
         and datname = current_database()`,
    );

  it('grants nothing while it is silent, answers within the deadline, and goes on afterwards', async () => {
    const server = aServer();
    const principal = aPrincipal();
    await take(server, principal);
    const user = database.clientConfig('server').user;
    await owner.query(`revoke connect on database ${database.name} from ${user}`);
    try {
      await cut();
      await expect.poll(async () => (await take(server, principal)).unverified).toBe(true);
      const started = performance.now();
      expect(await take(server, principal)).toMatchObject({ granted: false, unverified: true });
      expect(performance.now() - started).toBeLessThan(1500);
    } finally {
      await owner.query(`grant connect on database ${database.name} to ${user}`);
    }
    await expect.poll(async () => (await take(server, principal)).granted).toBe(true);
  });

  it('does not forget what was used when the table was emptied', async () => {
    const [one, two] = [aServer(), aServer()];
    const principal = aPrincipal();
    expect(await granted(one, principal, 250)).toBe(250);
    await owner.query('truncate call_leases');
    await cut();
    // Any call of the first server tells again all that it used.
    const other = aPrincipal();
    await expect.poll(async () => (await take(one, other)).granted).toBe(true);
    const more = (await granted(two, principal, 300)) + (await granted(one, principal, 300));
    expect(more).toBeLessThanOrEqual(50);
  });
});
