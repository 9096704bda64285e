import type { Principal } from '@gatehouse/identity';
import { expect, it } from 'vitest';
import { objectionToReading, ownRows } from './own-rows.ts';

const open = { allow: ['*'], deny: [] };
const role = (...permissions: string[]) => ({
  allow: [],
  deny: [],
  permissions,
  mcp_servers: open,
  agents: open,
});
const principal = (more: Partial<Principal> = {}) =>
  ({ userId: 'maya', agentId: null, role: 'user', department: null, ...more }) as Principal;

const rolesThatGrant = (permission: string) => ({
  roles: {
    roles: {
      admin: role('*'),
      user: role(permission),
      service: role(),
      a2a: role(),
      mcp: role(),
      anonymous: role(),
    },
    departments: {},
  },
});

it.each([
  ['audit:read:self', null],
  ['audit:read:all', null],
  ['mcp:call', 'the role user may not read its own rows (audit:read:self)'],
])('a role that holds %s alone: %s', (permission, objection) => {
  expect(objectionToReading(rolesThatGrant(permission), principal())).toBe(objection);
});

it('are those of the user, whatever the role, and of an agent those of its calls', () => {
  expect(ownRows(principal({ role: 'admin' }))).toEqual({
    visibility: { kind: 'self', userId: 'maya' },
    narrowed: {},
  });
  expect(ownRows(principal({ agentId: 'helper' as Principal['agentId'] })).narrowed).toEqual({
    agentId: 'helper',
  });
});
