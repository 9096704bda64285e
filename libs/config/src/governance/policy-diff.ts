import { diffLines } from './line-diff.ts';
import { POLICY_FILES, type PolicySources } from './parse-policies.ts';

const MAX_DIFF_BYTES = 8 * 1024;
const CUT = '\n… (cut)\n';

/** The changed lines of the four files, unified style, at most 8 KiB. Without `before`, everything is new. */
export function diffPolicies(before: PolicySources | undefined, after: PolicySources): string {
  let text = '';
  for (const name of POLICY_FILES) {
    const old = before === undefined ? '' : Buffer.from(before[name]).toString('utf8');
    const hunks = diffLines(old, Buffer.from(after[name]).toString('utf8'));
    if (hunks !== '') text += `--- services/governance/${name}\n+++ services/governance/${name}\n${hunks}`;
  }
  const bytes = Buffer.from(text);
  if (bytes.length <= MAX_DIFF_BYTES) return text;
  // Cutting may fall within a character: what is left of it is dropped.
  const head = bytes.subarray(0, MAX_DIFF_BYTES - Buffer.byteLength(CUT)).toString('utf8');
  return `${head.replace(/�+$/, '')}${CUT}`;
}
