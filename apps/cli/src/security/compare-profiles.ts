import { type ProfileView, showProfile } from '@gatehouse/config';
import type { JsonObject } from '@gatehouse/kernel';

type Profile = Pick<ProfileView, 'mode' | 'host' | 'publicUrl' | 'trustedProxies' | 'outboundAllow'>;

const LOOPBACK = new Set(['localhost', '127.0.0.1', '::1']);

/** What decides about security, one line each, as two profiles have it. */
const LINES: readonly (readonly [string, (profile: Profile) => string])[] = [
  ['mode', ({ mode }) => mode],
  [
    'proof for a token or a change',
    ({ mode }) =>
      mode === 'production' ? 'operator passphrase, or in a browser a passkey or one-time link' : 'none',
  ],
  [
    'change of policy files',
    ({ mode }) => (mode === 'production' ? 'waits for administrators' : 'applies at once'),
  ],
  ['sample world', ({ mode }) => (mode === 'production' ? 'never' : 'made')],
  ['reachable from other machines', ({ host }) => (LOOPBACK.has(host) ? 'no' : 'yes')],
  ['cookies are Secure', ({ publicUrl }) => (publicUrl.startsWith('https:') ? 'yes' : 'no')],
  ['trusted proxies', ({ trustedProxies }) => trustedProxies.join(' ') || 'none'],
  ['outbound exceptions', ({ outboundAllow }) => outboundAllow.join(' ') || 'none'],
];

/** The profile in use beside another one, or beside what it would be in production mode. */
export function compareProfiles(name: string | undefined, other: string | undefined): readonly JsonObject[] {
  const here = showProfile(name);
  const there: Profile = other === undefined ? { ...here, mode: 'production' } : showProfile(other);
  return LINES.map(([setting, read]) => {
    const [ours, theirs] = [read(here), read(there)];
    return { setting, here: ours, there: theirs, differs: ours !== theirs };
  });
}
