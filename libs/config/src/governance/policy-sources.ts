import { join } from 'node:path';
import { readGuardedFile } from '../document/guarded-file.ts';
import { ownersOf } from '../document/ownership.ts';
import type { Checked } from '../document/schema.ts';
import type { Installation } from '../installation/installation.ts';
import type { ConfigurationProblem } from '../problem/configuration-problem.ts';
import { POLICY_FILES, type PolicySources } from './parse-policies.ts';

export function policyFolder(installation: Installation): string {
  return join(installation.servicesDir, 'governance');
}

/** The bytes of the four files, each opened once as T8 says, or why one cannot be taken. */
export function readPolicySources(installation: Installation): Checked<PolicySources> {
  const problems: ConfigurationProblem[] = [];
  const owners = ownersOf(installation.root);
  const read = (name: string): Uint8Array => {
    const file = readGuardedFile(installation.root, join(policyFolder(installation), name), owners);
    if (file.ok) return file.bytes;
    problems.push({
      file: `services/governance/${name}`,
      line: 1,
      column: 1,
      path: '',
      message: file.message,
      ...(file.expected === undefined ? {} : { expected: file.expected }),
    });
    return Buffer.alloc(0);
  };
  const [roles, blocklist, rateLimits, secrets] = POLICY_FILES.map(read) as [
    Uint8Array,
    Uint8Array,
    Uint8Array,
    Uint8Array,
  ];
  if (problems.length > 0) return { ok: false, problems };
  return {
    ok: true,
    value: {
      'roles.yaml': roles,
      'blocklist.yaml': blocklist,
      'rate-limits.yaml': rateLimits,
      'secrets.yaml': secrets,
    },
  };
}
