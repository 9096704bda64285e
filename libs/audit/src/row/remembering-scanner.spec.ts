import { createScanner, type Scanner } from '@gatehouse/secret-scanner';
import { expect, it } from 'vitest';
import { rememberingScanner } from './remembering-scanner.ts';

const TOKEN = `ghp_${'h4Jk8Lm2Nb'.repeat(3)}Vc6Xz1`;

/** A scanner that counts how often it was asked. */
function counting(): { readonly scanner: Scanner; asked: number } {
  const real = createScanner();
  const counter: { scanner: Scanner; asked: number } = { asked: 0, scanner: real };
  const count = <T>(answer: T): T => {
    counter.asked += 1;
    return answer;
  };
  counter.scanner = {
    scan: (value) => count(real.scan(value)),
    scanText: (text) => count(real.scanText(text)),
    redact: (value) => count(real.redact(value)),
    redactText: (text) => count(real.redactText(text)),
    revision: real.revision,
  };
  return counter;
}

it('looks at a harmless text and a harmless value once', () => {
  const counter = counting();
  const scanner = rememberingScanner(counter.scanner);
  for (let i = 0; i < 5; i += 1) {
    expect(scanner.scanText('session live')).toEqual([]);
    expect(scanner.redactText('session live').text).toBe('session live');
    expect(scanner.writeText('all "checks" passed')).toBe('"all \\"checks\\" passed"');
    expect(scanner.writeValue({ cwd: '/home/maya', a: 1 })).toEqual({
      text: '{"a":1,"cwd":"/home/maya"}',
      lossy: false,
    });
  }
  expect(counter.asked).toBe(3);
});

it('looks once at the words of a tally, whatever its counts', () => {
  const counter = counting();
  const scanner = rememberingScanner(counter.scanner);
  for (let left = 3000; left > 2990; left -= 1) {
    const tally = `${left} of 3000 calls a minute left for this session`;
    expect(scanner.writeText(tally)).toBe(`"${tally}"`);
  }
  expect(counter.asked).toBe(1);
  scanner.writeText('3 of 4 calls a minute left for this user');
  scanner.writeText('1234567890123 of 3000 calls a minute left for this session');
  scanner.writeText('3 of 4 calls a minute left for this session, "so far"');
  expect(counter.asked).toBe(4);
});

it('finds a credential every time, in a text and in a value, and does not take one for the other', () => {
  const scanner = rememberingScanner(createScanner());
  for (let i = 0; i < 3; i += 1) {
    expect(scanner.scanText(TOKEN)).toHaveLength(1);
    expect(scanner.redactText(TOKEN).text).not.toContain('h4Jk8Lm2Nb');
    expect(JSON.stringify(scanner.redact({ a: TOKEN }).value)).not.toContain('h4Jk8Lm2Nb');
    expect(scanner.writeText(TOKEN)).toBe('"[REDACTED:github-personal-access-token]"');
    expect(scanner.writeValue({ a: TOKEN }).text).toBe('{"a":"[REDACTED:github-personal-access-token]"}');
    expect(scanner.writeValue('session live').text).toBe('"session live"');
    expect(scanner.writeText('"session live"')).toBe('"\\"session live\\""');
  }
});

it('forgets what was harmless when the rules change', () => {
  const adjustable = createScanner();
  const scanner = rememberingScanner(adjustable);
  const text = `acme_${'h4jk8lm2nb'.repeat(2)}`;
  expect(scanner.redactText(text).text).toBe(text);
  expect([scanner.writeText(text), scanner.writeValue([text]).text]).toEqual([`"${text}"`, `["${text}"]`]);
  adjustable.useRules([
    {
      id: 'own-acme',
      description: 'ACME token',
      keywords: ['acme_'],
      pattern: /acme_[a-z0-9]{20}/,
      confidence: 'high',
      source: 'https://acme.test',
    },
  ]);
  expect(scanner.redactText(text).text).toBe('[REDACTED:own-acme]');
  expect(scanner.writeText(text)).toBe('"[REDACTED:own-acme]"');
  expect(scanner.writeValue([text]).text).toBe('["[REDACTED:own-acme]"]');
});
