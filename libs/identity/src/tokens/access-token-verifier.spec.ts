import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { newId } from '@gatehouse/kernel';
import { createSigner } from 'fast-jwt';
import { describe, expect, it } from 'vitest';
import { encode, forge } from '../../test/forge.ts';
import { AccessTokenVerifier, MAX_TOKEN_CHARACTERS } from './access-token-verifier.ts';
import { TokenKey } from './token-key.ts';

const ISSUER = 'http://localhost:8080';
const bytes = randomBytes(32);
const key = new TokenKey(bytes);
const verifier = new AccessTokenVerifier(key, ISSUER);
const header = { alg: 'HS256', typ: 'at+jwt', kid: key.kid };
const iat = 1_800_000_000;
const payload = {
  iss: ISSUER,
  aud: `${ISSUER}/api/v1`,
  sub: newId(),
  sid: newId(),
  client_id: 'gatehouse-cli',
  jti: newId(),
  iat,
  exp: iat + 3600,
};
const good = { header, payload, key: bytes };
const text = JSON.stringify(payload);

describe('a verifier of access tokens', () => {
  it('accepts what we sign, and reads its claims', () => {
    expect(verifier.verify(forge(good))).toEqual({
      ok: true,
      claims: {
        audience: payload.aud,
        userId: payload.sub,
        sessionId: payload.sid,
        clientId: 'gatehouse-cli',
        agentId: null,
        actors: [],
        scopes: null,
        tokenId: payload.jti,
        issuedAtMs: iat * 1000,
        expiresAtMs: (iat + 3600) * 1000,
      },
    });
  });

  it('reads a chain of agents from the first to the one that acts now', () => {
    const act = { sub: 'four', act: { sub: 'three', act: { sub: 'two', act: { sub: 'one' } } } };
    expect(verifier.verify(forge({ ...good, payload: { ...payload, agent: 'four', act } }))).toMatchObject({
      ok: true,
      claims: { agentId: 'four', actors: ['one', 'two', 'three', 'four'] },
    });
  });

  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const pem = publicKey.export({ type: 'spki', format: 'pem' }).toString();
  const rsa = createSigner({
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    algorithm: 'RS256',
    kid: key.kid,
    header: { alg: 'RS256', typ: 'at+jwt' },
  });
  const without = (name: keyof typeof payload) => {
    const { [name]: _left, ...rest } = payload;
    return rest;
  };

  it.each<[string, string]>([
    ['alg none without a signature', `${encode({ ...header, alg: 'none' })}.${encode(payload)}.`],
    ['alg none with the signature of the right key', forge({ ...good, header: { ...header, alg: 'none' } })],
    ['alg None', forge({ ...good, header: { ...header, alg: 'None' } })],
    ['HS384', forge({ ...good, header: { ...header, alg: 'HS384' }, hash: 'sha384' })],
    ['HS512 announced, SHA-256 used', forge({ ...good, header: { ...header, alg: 'HS512' } })],
    ['RS256, signed by a private key', rsa(payload)],
    ['HS256 with a public key as the secret', forge({ ...good, key: pem })],
    ['another key', forge({ ...good, key: randomBytes(32) })],
    ['an empty key', forge({ ...good, key: '' })],
    ['the kid as the key', forge({ ...good, key: key.kid })],
    ['typ JWT', forge({ ...good, header: { ...header, typ: 'JWT' } })],
    ['typ in capitals', forge({ ...good, header: { ...header, typ: 'AT+JWT' } })],
    ['typ with its media type prefix', forge({ ...good, header: { ...header, typ: 'application/at+jwt' } })],
    ['no typ', forge({ ...good, header: { alg: 'HS256', kid: key.kid } })],
    ['an unknown kid', forge({ ...good, header: { ...header, kid: '0000000000000000' } })],
    ['a kid that is a path', forge({ ...good, header: { ...header, kid: '../../../../dev/null' } })],
    ['no kid', forge({ ...good, header: { alg: 'HS256', typ: 'at+jwt' } })],
    [
      'a key of its own in the header',
      forge({ ...good, header: { ...header, jwk: { kty: 'oct', k: 'AA' } } }),
    ],
    ['a critical extension', forge({ ...good, header: { ...header, crit: ['b64'], b64: false } })],
    [
      'alg twice',
      forge({ ...good, header: `{"alg":"none","alg":"HS256","typ":"at+jwt","kid":"${key.kid}"}` }),
    ],
    ['another issuer', forge({ ...good, payload: { ...payload, iss: 'https://evil.example' } })],
    ['the issuer with a slash', forge({ ...good, payload: { ...payload, iss: `${ISSUER}/` } })],
    ['two audiences', forge({ ...good, payload: { ...payload, aud: [payload.aud, 'x'] } })],
    ['a subject twice', forge({ ...good, payload: text.replace('{', '{"sub":"someone",') })],
    ['a session twice, once escaped', forge({ ...good, payload: text.replace('{', '{"si\\u0064":"x",') })],
    ['a prototype key', forge({ ...good, payload: text.replace('{', '{"__proto__":{"sub":"x"},') })],
    ['a claim that we do not know', forge({ ...good, payload: { ...payload, role: 'admin' } })],
    ['exp as text', forge({ ...good, payload: { ...payload, exp: '9999999999' } })],
    ['exp beyond a safe integer', forge({ ...good, payload: text.replace(/"exp":\d+/, '"exp":1e300') })],
    ['exp that is no whole second', forge({ ...good, payload: { ...payload, exp: iat + 0.5 } })],
    ['exp before iat', forge({ ...good, payload: { ...payload, exp: iat - 1 } })],
    ['a session id of another alphabet', forge({ ...good, payload: { ...payload, sid: "x' or 1=1" } })],
    ['an object as the subject', forge({ ...good, payload: { ...payload, sub: { toString: 'x' } } })],
    ...(
      [
        ['text', '"helper"'],
        ['null', 'null'],
        ['true', 'true'],
        ['a number', '1'],
        ['a list', '[{"sub":"helper"}]'],
        ['nothing in it', '{}'],
        ['a subject that is a list', '{"sub":["helper"]}'],
        ['a subject of another alphabet', '{"sub":"helper or admin"}'],
        ['an issuer in it', '{"sub":"helper","iss":"https://evil.example"}'],
        ['a claim of the user in it', '{"sub":"helper","client_id":"x"}'],
        ['its subject twice', '{"sub":"other","sub":"helper"}'],
        ['a prototype key', '{"__proto__":{"sub":"helper"},"sub":"helper"}'],
        ['another agent than the token', '{"sub":"other"}'],
        ['the agent within, another one outside', '{"sub":"other","act":{"sub":"helper"}}'],
        ['null within', '{"sub":"helper","act":null}'],
        ['text within', '{"sub":"helper","act":"other"}'],
        ['a list within', '{"sub":"helper","act":[{"sub":"other"}]}'],
        ['nothing within', '{"sub":"helper","act":{}}'],
        [
          'five agents',
          '{"sub":"helper","act":{"sub":"b","act":{"sub":"c","act":{"sub":"d","act":{"sub":"e"}}}}}',
        ],
        ['sixty agents', `${'{"sub":"helper","act":'.repeat(60)}{"sub":"z"}${'}'.repeat(60)}`],
      ] as const
    ).map(([what, act]): [string, string] => [
      `act with ${what}`,
      forge({ ...good, payload: text.replace('{', `{"agent":"helper","act":${act},`) }),
    ]),
    ['act without an agent', forge({ ...good, payload: { ...payload, act: { sub: 'helper' } } })],
    ['may_act', forge({ ...good, payload: { ...payload, may_act: { sub: 'helper' } } })],
    ['null as the agent', forge({ ...good, payload: { ...payload, agent: null } })],
    ...(['iss', 'aud', 'sub', 'sid', 'client_id', 'jti', 'iat', 'exp'] as const).map(
      (name): [string, string] => [`no ${name}`, forge({ ...good, payload: without(name) })],
    ),
    ['a payload that is an array', forge({ ...good, payload: '[]' })],
    ['a payload that is no JSON', forge({ ...good, payload: '{"iss":' })],
    ['a payload of 100 KB', forge({ ...good, payload: { ...payload, jti: 'j'.repeat(100_000) } })],
    ['100 KB of garbage', 'a'.repeat(100_000)],
    ['100 KB of dots', '.'.repeat(100_000)],
    ['two parts', forge(good).split('.').slice(0, 2).join('.')],
    ['four parts', `${forge(good)}.x`],
    ['five parts, as encrypted tokens have', `a.b.c.d.${forge(good).split('.')[2]}`],
    ['padding', `${forge(good)}=`],
    ['a line break at its end', `${forge(good)}\n`],
    ['spaces around it', ` ${forge(good)} `],
    ['a scheme before it', `Bearer ${forge(good)}`],
    ['a NUL inside', forge(good).replace('.', '\u0000.')],
    ['a signature that is cut', forge(good).slice(0, -1)],
    ['nothing', ''],
  ])('refuses %s', (_what, token) => {
    const verdict = verifier.verify(token);
    expect(verdict.ok).toBe(false);
  });

  it('calls what is no token of ours malformed before it looks inside', () => {
    expect(verifier.verify('x'.repeat(MAX_TOKEN_CHARACTERS + 1))).toEqual({
      ok: false,
      problem: 'malformed',
    });
    expect(verifier.verify('garbage')).toEqual({ ok: false, problem: 'malformed' });
    expect(verifier.verify(forge({ ...good, key: 'x' }))).toEqual({ ok: false, problem: 'forged' });
  });

  it('refuses every token that differs from a good one in a single byte', () => {
    const token = forge(good);
    const accepted: string[] = [];
    for (let at = 0; at < token.length; at += 1) {
      for (let code = 0; code < 256; code += 1) {
        if (code === token.charCodeAt(at)) continue;
        const mutated = token.slice(0, at) + String.fromCharCode(code) + token.slice(at + 1);
        if (verifier.verify(mutated).ok) accepted.push(`${String.fromCharCode(code)} at ${at}`);
      }
    }
    expect(accepted).toEqual([]);
  });
});
