import { maskedPath } from '../calls/masked-path.ts';
import { type Check, fail, pass } from './check.ts';

/** 3. No credential in the arguments, in a key or in a value. */
export const checkSecrets: Check = {
  rule: 'secrets',
  run({ scanned, call }) {
    const [finding] = scanned.findings;
    if (finding === undefined) {
      if (!scanned.exhausted) return pass('no credential found');
      return fail('input_invalid', 'The arguments are too deep or too large to be judged.', 'scan exhausted');
    }
    const more = scanned.findings.length === 1 ? '' : `, and ${scanned.findings.length - 1} more`;
    const detail = `${finding.rule} at ${maskedPath(finding.segments, call)}${more}`;
    return fail('secret_detected', `The arguments hold a credential: ${detail}.`, detail);
  },
};
