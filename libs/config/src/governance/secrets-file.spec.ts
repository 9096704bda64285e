import { describe, expect, it } from 'vitest';
import { parseYaml } from '../document/yaml-document.ts';
import { describeProblem } from '../problem/configuration-problem.ts';
import { secretsFile } from './secrets-file.ts';

function read(text: string) {
  const parsed = parseYaml('secrets.yaml', Buffer.from(text));
  return parsed.ok ? secretsFile.check(parsed.document) : parsed;
}

const accepted = 'until: 2027-01-31, reason: a test value';

describe('secrets.yaml', () => {
  it('is read with its defaults filled in', () => {
    expect(read('{}')).toEqual({
      ok: true,
      value: { monitor: false, severity: [], patterns: [], allow: [] },
    });
    const text = [
      'severity: [{tools: ["mcp__docs__*"], roles: [service], action: monitor}]',
      'patterns: [{id: acme-token, description: A token of ours, pattern: "acme_[a-z]{20}"}]',
      `allow: [{rule: own-acme-token, path: $.env.ACME, ${accepted}}]`,
    ].join('\n');
    expect(read(text)).toMatchObject({
      value: {
        severity: [{ tools: ['mcp__docs__*'], roles: ['service'], action: 'monitor' }],
        patterns: [{ id: 'acme-token', ignoreCase: false, keywords: ['acme_'], confidence: 'high' }],
        allow: [{ rule: 'own-acme-token', path: '$.env.ACME', until: '2027-01-31' }],
      },
    });
  });

  it.each<[string, string[]]>([
    [
      'patterns:\n  - {id: a, description: d, pattern: "abc[a-z]+"}',
      [
        'secrets.yaml:2:38: patterns[0].pattern: has a repeat without a bound, at character 9 of the pattern (expected a bound of at most 1024, as in {20,40})',
      ],
    ],
    [
      'patterns:\n  - {id: a, description: d, pattern: "abc(["}',
      [
        'secrets.yaml:2:38: patterns[0].pattern: is not a valid regular expression (expected JavaScript syntax, no flags)',
      ],
    ],
    [
      'patterns:\n  - {id: a, description: d, pattern: abc1}\n  - {id: a, description: e, pattern: abc2}',
      ['secrets.yaml:3:10: patterns[1].id: is the id of another pattern (expected an id of its own)'],
    ],
    [
      'patterns: [{id: A_b, description: d, pattern: abc1}]',
      [
        'secrets.yaml:1:17: patterns[0].id: is not a valid id (expected lower-case letters, digits and single hyphens, at most 48)',
      ],
    ],
    [
      `allow: [{${accepted}}]`,
      ['secrets.yaml:1:9: allow[0]: names no rule, path or fingerprint (expected at least 3 keys)'],
    ],
    [
      'allow: [{rule: x, reason: y}]',
      [
        'secrets.yaml:1:9: allow[0].until: is missing (expected text)',
        'secrets.yaml:1:9: allow[0]: names no rule, path or fingerprint (expected at least 3 keys)',
      ],
    ],
    [
      'allow: [{rule: x, until: 2027-02-30, reason: y}]',
      ['secrets.yaml:1:26: allow[0].until: is no day of the calendar (expected YYYY-MM-DD)'],
    ],
    [
      'allow: [{rule: x, until: soon, reason: y}]',
      ['secrets.yaml:1:26: allow[0].until: is not a date (expected YYYY-MM-DD)'],
    ],
    [
      'allow: [{fingerprint: abc, until: 2027-01-01, reason: y}]',
      [
        'secrets.yaml:1:23: allow[0].fingerprint: is not valid (expected 32 hexadecimal digits, as a finding shows them)',
      ],
    ],
    [
      'severity: [{action: monitor}]',
      ['secrets.yaml:1:12: severity[0]: names neither tools nor roles (expected at least 2 keys)'],
    ],
    [
      'severity: [{roles: [usr], action: warn}]',
      [
        'secrets.yaml:1:21: severity[0].roles[0]: is not a known value (expected one of admin, user, service, a2a, mcp, anonymous; did you mean "user"?)',
        'secrets.yaml:1:35: severity[0].action: is not a known value (expected one of deny, monitor)',
      ],
    ],
    [
      'pattern: []',
      [
        'secrets.yaml:1:1: pattern: is not a known key (expected one of monitor, severity, patterns, allow; did you mean "patterns"?)',
      ],
    ],
  ])('is refused with the place: %s', (text, told) => {
    const checked = read(text);
    if (checked.ok) throw new Error('was taken');
    expect(checked.problems.map(describeProblem).sort()).toEqual(told);
  });
});
