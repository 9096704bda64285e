import fc from 'fast-check';
import { expect, it } from 'vitest';
import { hasKnownWord, isKnown } from './keywords.ts';

const PIECES =
  'rm mkfs.ext4 python3.11 pip3 node-18 RM.EXE shutdown.cmd terraform kubectl db:drop x:delete delete-all delete_all drop flushall . cd at java tar ' +
  'report perform date attic charm form firm shard /bin/rm ./rm C:/x/rm.bat a/b foo_rm foorm rm_x x-rm x.rm deploy.sh manage.py 7z update-x never delete:never';

it('finds a known word in one pass where a look at each word finds one', () => {
  const word = fc.oneof(
    fc.constantFrom(...PIECES.split(' ')),
    fc.string({ unit: fc.constantFrom(...'armdkfsp.:/-_3XR'), maxLength: 8 }),
    fc
      .tuple(fc.constantFrom(...PIECES.split(' ')), fc.constantFrom('', '/', '.', 'x', '-', '\t'))
      .map((p) => p.join('')),
  );
  fc.assert(
    fc.property(fc.array(word, { maxLength: 12 }), (words) => {
      const text = words.join(' ');
      expect(hasKnownWord(text)).toBe(text.split(' ').some((one) => one !== '' && isKnown(one)));
    }),
    { numRuns: 3000 },
  );
});

it('knows none in prose, whatever its words contain', () => {
  expect(
    hasKnownWord('The quarterly report lists every open invoice by customer, in firm form, as harmless.'),
  ).toBe(false);
});
