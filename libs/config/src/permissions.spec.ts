import { expect, it } from 'vitest';
import { holdsPermission, type Permission, permissionReach } from './permissions.ts';

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
