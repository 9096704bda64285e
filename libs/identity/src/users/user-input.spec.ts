import { describe, expect, it } from 'vitest';
import { departmentOf, displayNameOf, emailOf, roleOf } from './user-input.ts';

describe('what a user is made of', () => {
  it.each([
    ['admin@localhost', 'admin@localhost'],
    ['Maya@Example.TEST', 'maya@example.test'],
    [' jon@example.test ', 'jon@example.test'],
    ["o'brien+x@mail.example.co.uk", "o'brien+x@mail.example.co.uk"],
  ])('takes %j as an e-mail address', (input, email) => {
    expect(emailOf(input)).toBe(email);
  });

  it.each([
    '',
    'nobody',
    '@host',
    'a@',
    'a@b@',
    'a b@host',
    'a@-host',
    'a@host-',
    'a@ho..st',
    'a@host.',
    'a@exämple.test',
    'аdmin@localhost',
    'a\u0000@host',
    'a@ho\nst',
    'a"b@host',
    '<a@host>',
    `${'a'.repeat(65)}@host`,
    `a@${'h'.repeat(64)}`,
    `a@${'h.'.repeat(130)}h`,
    `${'a@'.repeat(50_000)}host`,
  ])('refuses %j as an e-mail address', (input) => {
    expect(() => emailOf(input)).toThrow('name@host');
  });

  it.each(['Maya', 'Ω', 'J. O’Neil', '王小明', '🙂'])('takes %j as a display name', (name) => {
    expect(displayNameOf(name)).toBe(name);
  });

  it.each([
    '',
    '   ',
    'a\u0000b',
    'a\u001b[31mb',
    'a\u202eb',
    'a\u200bb',
    'a\nb',
    'x'.repeat(101),
    'a\ud800',
  ])('refuses %j as a display name', (name) => {
    expect(() => displayNameOf(name)).toThrow('display name');
  });

  it.each(['finance', 'r-and-d', 'team.7', '42', null])('takes %j as a department', (name) => {
    expect(departmentOf(name)).toBe(name);
  });

  it.each(['', 'Finance', '-x', 'a b', 'ü', 'x'.repeat(64), "x'; --"])(
    'refuses %j as a department',
    (name) => {
      expect(() => departmentOf(name)).toThrow('department');
    },
  );

  it.each(['Admin', 'root', '', '__proto__', 'constructor'])('refuses %j as a role', (name) => {
    expect(() => roleOf(name)).toThrow('a role is one of');
  });
});
