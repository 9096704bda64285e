import { maskedPath } from '../calls/masked-path.ts';
import { type Check, fail, pass } from './check.ts';

/** 3. No credential in the arguments, in a key or in a value, but what the policy accepts or only watches. */
export const checkSecrets: Check = {
  rule: 'secrets',
  run({ scanned, call, policy, credential }) {
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

const UNJUDGED = fail(
  'input_invalid',
  'The arguments are too deep or too large to be judged.',
  'scan exhausted',
);
