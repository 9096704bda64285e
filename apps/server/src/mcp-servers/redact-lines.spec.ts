import { createScanner } from '@gatehouse/secret-scanner';
import { expect, it } from 'vitest';
import { redactLines } from './redact-lines.ts';

const TOKEN = ['ghp', '16C7e42F292c6912E7710c838347Ae178B4a'].join('_');
const KEY = [
  '-----BEGIN RSA PRIVATE KEY-----',
  'MIIEowIBAAKCAQEAx7Zr2Lx9VbTm4Kd1Wp8Ns3Hy6Gc5Jf0Qe2Rt4Yu6Io8Pa1Sd',
  '3Fg5Hj7Kl9Zx1Cv3Bn5Mq7We9Er1Ty3Ui5Op7As9Df1Gh3Jk5Lz7Xc9Vb1Nm3Qw5',
  '-----END RSA PRIVATE KEY-----',
];
const scanner = createScanner();

it.each<[string, string[], (string | RegExp)[]]>([
  ['leaves harmless lines as they are', ['ready', '', 'listening'], ['ready', '', 'listening']],
  [
    'redacts within a line what stands in one',
    ['a', `b ${TOKEN} c`, 'd'],
    ['a', /^b \[REDACTED:[a-z0-9-]+\] c$/, 'd'],
  ],
  [
    'withholds every line of what runs over several, and no other',
    ['before', ...KEY, 'after'],
    ['before', /REDACTED/, '[REDACTED]', '[REDACTED]', /REDACTED|END/, 'after'],
  ],
  ['keeps an empty log empty', [], []],
])('%s', (_, lines, wanted) => {
  expect(redactLines(scanner, lines)).toEqual(
    wanted.map((one) => (typeof one === 'string' ? one : expect.stringMatching(one))),
  );
});
