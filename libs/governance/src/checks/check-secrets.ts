import { type Finding, ownSecretOf } from '@gatehouse/secret-scanner';
import type { GovernedCall } from '../calls/governed-call.ts';
import { maskedPath } from '../calls/masked-path.ts';
import { type Check, fail, pass } from './check.ts';

/** 3. No credential in the arguments, in a key or in a value, but what the policy accepts or only watches. */
export const checkSecrets: Check = {
  rule: 'secrets',
  run({ scanned, call, policy, credential, isLocked }) {
    if (isLocked === true) return LOCKED;
    const own = scanned.findings.filter((finding) => ownSecretOf(finding) !== undefined);
    if (own.length > 0) return ownSecretNamed(own, call);
    if (scanned.findings.length === 0) return scanned.exhausted ? UNJUDGED : pass('no credential found');
    if (!credential.ok) return fail('token_invalid', 'The caller is unknown.', 'no principal');
    const { role } = credential.principal;
    const { action, line, open, accepted, expired } = policy.secrets.judge(scanned.findings, {
      action: call.action,
      role,
    });
    const [finding] = open;
    const known = accepted === 0 ? '' : `; ${accepted} accepted by allow`;
    if (finding === undefined) return scanned.exhausted ? UNJUDGED : pass(`no credential found${known}`);
    const more = open.length === 1 ? '' : `, and ${open.length - 1} more`;
    const found = `${finding.rule} at ${maskedPath(finding.segments, call)}${more}`;
    const over = expired ? '; the last day of an entry of allow is over' : '';
    const detail = `${found}${known}${over}`;
    if (action === 'deny') {
      return fail('secret_detected', `The arguments hold a credential: ${found}.`, detail);
    }
    return scanned.exhausted ? UNJUDGED : { result: 'warn', detail: `${detail}; watched by ${line}` };
  },
};

const LOCKED = fail(
  'policy_denied',
  'This session named secrets of this installation several times. Its calls are denied for ten minutes.',
  'locked after five own_secret findings in ten minutes',
);

/** No policy accepts that: whoever has the value has it from a tool that leaked it. The caller is not told which it is. */
function ownSecretNamed(own: readonly Finding[], call: GovernedCall) {
  const [first] = own;
  const place = maskedPath(first!.segments, call);
  const names = [...new Set(own.map(ownSecretOf))].join(', ');
  return fail(
    'own_secret',
    `The arguments hold a secret of this installation at ${place}.`,
    `own secret ${names} at ${place}`,
  );
}

const UNJUDGED = fail(
  'input_invalid',
  'The arguments are too deep or too large to be judged.',
  'scan exhausted',
);
