import { bodyOf, type Sent } from './canary.ts';

const FORM = { 'content-type': 'application/x-www-form-urlencoded' };
const registration = (more: object) => ({
  client_name: 'a',
  redirect_uris: ['http://127.0.0.1:3000/cb'],
  ...more,
});

/** Where programs and people log in, and what people name or give as a reason. */
export const LOGIN_FIELDS: [string, (canary: string) => Sent][] = [
  ['oauth: client name', (c) => ({ path: '/oauth/register', body: registration({ client_name: c }) })],
  [
    'oauth: redirect',
    (c) => ({
      path: '/oauth/register',
      body: registration({ redirect_uris: [`http://127.0.0.1:3000/${c}`] }),
    }),
  ],
  [
    'oauth: client page',
    (c) => ({ path: '/oauth/register', body: registration({ client_uri: `https://${c}.test` }) }),
  ],
  ['oauth: software', (c) => ({ path: '/oauth/register', body: registration({ software_id: c, [c]: c }) })],
  ['oauth: grant', (c) => ({ path: '/oauth/register', body: registration({ grant_types: [c] }) })],
  [
    'oauth: authorization',
    (c) => ({
      method: 'GET',
      path: `/oauth/authorize?client_id=${c}&state=${c}&scope=${c}&resource=${c}&redirect_uri=${c}`,
    }),
  ],
  ['oauth: consent', (c) => ({ method: 'GET', path: `/oauth/consent/${c}` })],
  [
    'oauth: code',
    (c) => ({
      path: '/oauth/token',
      body: `grant_type=authorization_code&code=${c}&client_id=${c}`,
      headers: FORM,
    }),
  ],
  [
    'oauth: grant type',
    (c) => ({ path: '/oauth/token', body: `grant_type=${c}&scope=${c}&resource=${c}`, headers: FORM }),
  ],
  [
    'oauth: client secret',
    (c) => ({
      path: '/oauth/token',
      body: `grant_type=client_credentials&client_id=a&client_secret=${c}`,
      headers: FORM,
    }),
  ],
  [
    'oauth: exchange',
    (c) => ({
      path: '/oauth/token',
      body: `grant_type=urn:ietf:params:oauth:grant-type:token-exchange&subject_token=${c}&subject_token_type=${c}`,
      headers: FORM,
    }),
  ],
  [
    'oauth: device',
    (c) => ({ path: '/oauth/device_authorization', body: `client_id=${c}&scope=${c}`, headers: FORM }),
  ],
  [
    'oauth: inquiry',
    (c) => ({
      path: '/oauth/introspect',
      body: `token=${c}&client_id=${c}&client_secret=${c}`,
      headers: FORM,
    }),
  ],
  ['oauth: revocation', (c) => ({ path: '/oauth/revoke', body: `token=${c}&client_id=${c}`, headers: FORM })],
  ['oauth: userinfo', (c) => ({ method: 'GET', path: '/oauth/userinfo', bearer: c })],
  ['login: page', (c) => ({ method: 'GET', path: `/login?next=/${c}&${c}=1` })],
  ['login: request', (c) => ({ path: '/login/request', body: `email=${c}@example.test`, headers: FORM })],
  ['login: spent link', (c) => ({ path: '/login/link', body: `code=${c}`, headers: FORM })],
  [
    'login: passkey',
    (c) => ({ path: '/login/passkey', body: { response: { id: c, rawId: c, type: c, [c]: c } } }),
  ],
  ['login: proof', (c) => ({ path: '/login/prove/link', body: `code=${c}&link=${c}`, headers: FORM })],
  ['login: cookie', (c) => ({ method: 'GET', path: '/login', headers: { cookie: `gatehouse_1=${c}` } })],
  [
    'name: of a person',
    (c) => ({
      path: '/api/v1/users',
      body: { email: `${bodyOf(c)}@name.test`.replaceAll(/[A-Z]/g, 'x'), display_name: c },
    }),
  ],
  [
    'name: changed',
    (c) => ({ method: 'PATCH', path: '/api/v1/users/maya@example.test', body: { display_name: c } }),
  ],
  ['name: address', (c) => ({ path: '/api/v1/users', body: { email: `${c}@address.test` } })],
  ['name: of a key', (c) => ({ path: '/api/v1/api-keys', body: { name: c, scopes: ['api'] } })],
  [
    'name: of a client',
    (c) => ({ path: '/api/v1/clients', body: { name: c, user: 'service@example.test' } }),
  ],
  ['reason: of a ban', (c) => ({ path: '/api/v1/ip-bans', body: { network: '198.51.100.77', reason: c } })],
  [
    'reason: of breaking the glass',
    (c) => ({
      path: '/api/v1/governance/policy/break-glass',
      body: { version: `sha256:${'0'.repeat(64)}`, reason: `because ${c}` },
    }),
  ],
  [
    'reason: of a look',
    (c) => ({
      path: '/api/v1/audit/01900000-0000-7000-8000-000000000000/reveal',
      body: { reason: `because ${c}` },
    }),
  ],
];
