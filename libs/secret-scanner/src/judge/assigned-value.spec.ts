import { expect, it } from 'vitest';
import { aBody } from '../../test/a-token.ts';
import { createScanner } from '../create-scanner.ts';

const scanner = createScanner();
const hex = aBody(32, 'hex', 3);
const mixed = aBody(32, 'base62', 5);
const strewn = 'k{h}o)p$e]nob(dy[fi>-_$#th}}';

it.each([
  `vendor token - '${mixed}'`,
  `vendor token is ${mixed}`,
  `the abstract secret ${hex} within`,
  `apikey[]= "${mixed}"`,
  `apikey = @"${mixed}"`,
  `token -> ${mixed}`,
  `apikey := "${strewn}"`,
  `the_password='${strewn}'`,
  `openweather = '${hex}'`,
  `stormglass: ${mixed}`,
  `billing_key: ${hex}`,
  `{"zenserpKey": "${mixed}"}`,
])('finds a generated value behind a weak name or in a sentence: %s', (text) => {
  expect(scanner.scan(text).findings).toHaveLength(1);
});

it.each([
  'the secret ingredient is butter-and-flour-2024',
  'a token of appreciation for version 2.13.4-beta.11',
  'my_password = foo(hey)you',
  "my_password = request.json_body['hey1']",
  'login(username=username, password=password)',
  'password: $' + '{link1}',
  'apiKey = "{{ api_key_1 }}"',
  'pbkdf2(password: Uint8Array, salt: Uint8Array)',
  `cache_key = "${hex}"`,
  `primaryKey: '${hex}'`,
  `Sec-WebSocket-Key: ${mixed.slice(0, 22)}==`,
  `statuspage: 8a3f1c2b-5d6e-4f70-9a1b-2c3d4e5f6071`,
  'some_key = "real_secret"',
  `(not a real token)\n${mixed}`,
  'https://codecov.io/gh/a/b/graph/badge.svg?token=4ZDJA2BMOH',
])('leaves alone what only looks like one: %s', (text) => {
  expect(scanner.scan(text).findings).toEqual([]);
});
