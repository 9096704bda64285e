import type { Configuration } from '@gatehouse/config';
import { AccessTokens, Sessions, Users } from '@gatehouse/identity';
import { vi } from 'vitest';
import { aCheckout, type TestCheckout } from './a-checkout.ts';
import { aServer, type TestServer, type TestServerOptions } from './a-server.ts';
import { postHook, preToolUse } from './hook-client.ts';

/** As shipped. */
export const evaluation = (configuration: Configuration): Configuration => configuration;

export const production = (configuration: Configuration): Configuration => ({
  ...configuration,
  profile: { ...configuration.profile, mode: 'production' },
});

/** What `/api/v1/governance/policy` says. */
export interface Policy {
  readonly version: string;
  readonly in_step: boolean;
  readonly elsewhere: readonly unknown[];
  readonly in_force: { readonly version: string; readonly kind: string; readonly reverts_at: string | null };
  readonly pending: { readonly version: string; readonly diff: string; readonly approvals: unknown[] } | null;
}

/** A session without the login, whose proof in production is not what is tested with it. */
export async function tokenAt(server: TestServer, email: string, role = 'admin'): Promise<string> {
  const users = server.app.get(Users);
  const user = (await users.find(email)) ?? (await users.create({ email, role }));
  const session = await server.app.get(Sessions).open({ userId: user.id, clientId: 'test' });
  return server.app.get(AccessTokens).issue({ session, resource: 'api' });
}

export async function policyAt(server: TestServer, token: string, path: string, body?: object) {
  const response = await fetch(`http://127.0.0.1:${server.port}/api/v1/governance/policy${path}`, {
    method: body === undefined ? 'GET' : 'POST',
    headers: {
      authorization: `Bearer ${token}`,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return {
    status: response.status,
    body: (await response.json()) as Policy & { code?: string; outcome?: string },
  };
}

/** Takes `Read` from users in the files; returns the hash of the change once it waits at `server`. */
export async function denyReadAt(server: TestServer, checkout: TestCheckout, admin: string): Promise<string> {
  const roles = await checkout.readPolicy('roles.yaml');
  await checkout.writePolicy(
    'roles.yaml',
    roles.replace('  user:\n    allow: ["*"]', '  user:\n    deny: [Read]\n    allow: ["*"]'),
  );
  const pending = async () => (await policyAt(server, admin, '')).body.pending;
  const waiting = await vi.waitUntil(pending, { timeout: 10_000 });
  return waiting.version;
}

/** What `policy.changed` leaves in the log. */
export interface PolicyRow {
  readonly user_id: string;
  readonly outcome: string;
  readonly version: string;
  readonly text: string;
}

/** A server with policy files that a test may change. What takes a server asks this one where it is given none. */
export interface PolicyInstallation {
  readonly checkout: TestCheckout;
  readonly server: TestServer;
  readonly tokenOf: (email: string, role?: string) => Promise<string>;
  readonly api: (token: string, path: string, body?: object, at?: TestServer) => ReturnType<typeof policyAt>;
  readonly denyRead: (admin: string, at?: TestServer) => Promise<string>;
  /** Whether a client's `Read` is allowed. */
  readonly mayRead: (token: string, at?: TestServer) => Promise<boolean>;
  /** The status of `/readyz`. */
  readonly readyz: (at: TestServer) => Promise<number>;
  readonly policyRows: () => Promise<readonly PolicyRow[]>;
  /** On the same database, and of these files and this configuration where nothing else is said; ended with the first. */
  readonly anotherServer: (options?: Pick<TestServerOptions, 'root' | 'configure'>) => Promise<TestServer>;
  end(): Promise<void>;
}

export async function aPolicyInstallation(
  configure: (configuration: Configuration) => Configuration,
): Promise<PolicyInstallation> {
  const checkout = await aCheckout();
  const server = await aServer({ tools: false, root: checkout.root, configure });
  await server.discovered;
  const others: TestServer[] = [];
  return {
    checkout,
    server,
    tokenOf: (email, role) => tokenAt(server, email, role),
    api: (token, path, body, at = server) => policyAt(at, token, path, body),
    denyRead: (admin, at = server) => denyReadAt(at, checkout, admin),
    mayRead: async (token, at = server) => {
      const { body } = await postHook(at, token, preToolUse('Read', { file_path: 'a.txt' }));
      return body.hookSpecificOutput?.permissionDecision === 'allow';
    },
    readyz: async (at) => (await fetch(`http://127.0.0.1:${at.port}/readyz`)).status,
    policyRows: async () => {
      const { rows } = await server.sql.query<PolicyRow>(
        `select user_id, evaluation->'detail'->>'outcome' as outcome, evaluation->'detail'->>'version' as version,
                evaluation::text as text
           from audit_log where event = 'policy.changed' order by id`,
      );
      return rows;
    },
    anotherServer: async (options) => {
      const other = await aServer({
        tools: false,
        root: checkout.root,
        beside: server,
        configure,
        ...options,
      });
      others.push(other);
      return other;
    },
    end: async () => {
      for (const other of others.reverse()) await other.end();
      await server.end();
      await checkout.remove();
    },
  };
}
