import type { Configuration } from '@gatehouse/config';
import { AccessTokens, Sessions, Users } from '@gatehouse/identity';
import { vi } from 'vitest';
import type { TestCheckout } from './a-checkout.ts';
import type { TestServer } from './a-server.ts';

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
