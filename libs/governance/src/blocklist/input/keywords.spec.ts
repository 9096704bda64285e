import fc from 'fast-check';
import { expect, it } from 'vitest';
import { ProtectedPathSet } from '../paths/protected.ts';
import { SAMPLE_PATHS } from '../test/sample-installation.ts';
import { holdsSought, isKnown } from './keywords.ts';

const paths = new ProtectedPathSet(SAMPLE_PATHS);

const NAMES = /gatehouse|\/proc\/|apps\/cli|ld-linux|busybox/i;
const PIECES =
  '/opt/Gatehouse.txt ./SERVICES/x /proc/self apps/cli BUSYBOX .claude rm mkfs.ext4 mkfsx flushdb duely pythonic pythonw due evaluate openly python3.11 pip3 node-18 RM.EXE shutdown.cmd terraform kubectl db:drop x:delete delete-all delete_all drop flushall . cd at java tar ' +
  'report perform date attic charm form firm shard /bin/rm ./rm C:/x/rm.bat a/b foo_rm foorm rm_x x-rm x.rm deploy.sh manage.py 7z update-x never delete:never';

it('finds a known word in one pass where a look at each word finds one', () => {
  const word = fc.oneof(
    fc.constantFrom(...PIECES.split(' ')),
    fc.string({ unit: fc.constantFrom(...'a r m d k f s p . : / - _ 3 X R'.split(' ')), maxLength: 8 }),
    fc
      .tuple(fc.constantFrom(...PIECES.split(' ')), fc.constantFrom('', '/', '.', 'x', '-', '\t'))
      .map((p) => p.join('')),
  );
  fc.assert(
    fc.property(fc.array(word, { maxLength: 12 }), (words) => {
      const text = words.join(' ');
      const known = text.split(' ').some((one) => one !== '' && isKnown(one));
      expect(holdsSought(text, paths)).toBe(known || NAMES.test(text) || paths.mentions(text));
    }),
    { numRuns: 3000 },
  );
});

it('finds a name of ours and of what is protected wherever it stands', () => {
  for (const text of ['see /opt/Gatehouse.txt', 'a/SERVICES/b', 'x/proc/self', 'the-busybox-way'])
    expect(holdsSought(text, paths)).toBe(true);
});

it('knows none in prose, whatever its words contain', () => {
  expect(
    holdsSought(
      'The quarterly report lists every open invoice by customer, in firm form, as harmless.',
      paths,
    ),
  ).toBe(false);
});
