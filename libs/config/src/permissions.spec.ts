import { expect, it } from 'vitest';
import {
  holdsPermission,
  isChange,
  PERMISSION_SETS,
  PERMISSIONS,
  type Permission,
  permissionReach,
  writtenOut,
} from './permissions.ts';

it.each<[string[], Permission, boolean]>([
  [['*'], 'db:query', true],
  [['users:read'], 'users:read', true],
  [['users:read'], 'users:write', false],
  [['audit:read:all'], 'audit:read:self', true],
  [['audit:read:department'], 'audit:read:self', true],
  [['audit:read:department'], 'audit:read:all', false],
  [['audit:read:all'], 'audit:reveal', false],
  [['sessions:read:all'], 'sessions:write:self', false],
  [[], 'hooks:use', false],
])('%j holds %s: %s', (granted, needed, held) => {
  expect(holdsPermission(granted, needed)).toBe(held);
});

it.each<[string[], string | null]>([
  [['*'], 'all'],
  [['audit:read:self', 'audit:read:department'], 'department'],
  [['audit:read:self'], 'self'],
  [['audit:reveal'], null],
])('%j reads the rows of: %s', (granted, reach) => {
  expect(permissionReach(granted, 'audit:read')).toBe(reach);
});

it('the set of an auditor reads everything and changes nothing', () => {
  const changes = /:write|:token|:restart|:role$|:call$|hooks:use/;
  expect(PERMISSION_SETS.auditor.filter((permission) => changes.test(permission))).toEqual([]);
  expect(writtenOut(['auditor', 'hooks:use'])).toEqual([...PERMISSION_SETS.auditor, 'hooks:use']);
  expect(permissionReach(writtenOut(['auditor']), 'audit:read')).toBe('all');
});

it('whatever does not merely look is a change, so that a new permission is one until somebody says otherwise', () => {
  expect(PERMISSIONS.filter((permission) => !isChange(permission))).toEqual([
    'agents:read',
    'api-keys:read:self',
    'api-keys:read:all',
    'audit:read:self',
    'audit:read:department',
    'audit:read:all',
    'bans:read',
    'clients:read',
    'commands:read',
    'config:read',
    'db:query',
    'db:read',
    'governance:explain',
    'governance:read',
    'logs:read',
    'mcp:read',
    'metrics:read',
    'secrets:read',
    'sessions:read:self',
    'sessions:read:all',
    'sessions:write:self',
    'system:read',
    'users:read',
  ]);
});
