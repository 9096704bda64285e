import { describe, expect, it } from 'vitest';
import { aBody, aChecksummedToken } from '../../test/a-token.ts';
import { createScanner } from '../create-scanner.ts';

const scanner = createScanner();
const token = aChecksummedToken('ghp_');
const [head, middle, tail] = [token.slice(0, 3), token.slice(3, 20), token.slice(20)] as const;

describe('a credential split over neighbours', () => {
  it.each([
    ['two fields', { a: token.slice(0, 12), b: token.slice(12) }, ['$.a', '$.b']],
    ['three items', [head, middle, tail], ['$[0]', '$[1]', '$[2]']],
    [
      'the end of one text and the start of the next',
      [`echo ${head}`, middle, `${tail} | sh`],
      ['$[0]', '$[1]', '$[2]'],
    ],
  ])('is found in each part: %s', (_name, value, paths) => {
    const { findings } = scanner.scan(value);
    expect(findings.map((finding) => [finding.path, finding.encoding])).toEqual(
      paths.map((path) => [path, 'split']),
    );
    const redacted = JSON.stringify(scanner.redact(value).value);
    for (const part of [head, middle, tail])
      expect(redacted).not.toContain(part.slice(0, 8) === head ? `"${head}"` : part);
  });

  it('is not seen where one neighbour holds it whole, or where neighbours are just words and hashes', () => {
    expect(scanner.scan([token, 'abcdef', 'ghi']).findings).toHaveLength(1);
    const words = Array.from({ length: 300 }, (_, seed) => aBody(8 + (seed % 40), 'hex', seed + 1));
    expect(scanner.scan(words).findings).toEqual([]);
  });
});
