import { join } from 'node:path';
import { readGuardedFile } from '../document/guarded-file.ts';
import { ownersOf } from '../document/ownership.ts';
import type { Installation } from '../installation/installation.ts';
import type { ConfigurationProblem } from '../problem/configuration-problem.ts';
import { POLICY_FILES, type PolicyFile, type PolicySources } from './parse-policies.ts';

export function policyFolder(installation: Installation): string {
  return join(installation.servicesDir, 'governance');
}

export type ReadPolicySources =
  | { readonly ok: true; readonly value: PolicySources }
  | {
      readonly ok: false;
      readonly problems: readonly ConfigurationProblem[];
      readonly readable: Partial<PolicySources>;
    };

/** The bytes of the four files, each opened once as T8 says, or why some cannot be taken. */
export function readPolicySources(installation: Installation): ReadPolicySources {
  const problems: ConfigurationProblem[] = [];
  const readable: Partial<Record<PolicyFile, Uint8Array>> = {};
  const owners = ownersOf(installation.root);
  for (const name of POLICY_FILES) {
    const file = readGuardedFile(installation.root, join(policyFolder(installation), name), owners);
    if (file.ok) {
      readable[name] = file.bytes;
      continue;
    }
    const { message, expected } = file;
    const place = { file: `services/governance/${name}`, line: 1, column: 1, path: '' };
    problems.push({ ...place, message, ...(expected === undefined ? {} : { expected }) });
  }
  return isComplete(readable) ? { ok: true, value: readable } : { ok: false, problems, readable };
}

function isComplete(sources: Partial<PolicySources>): sources is PolicySources {
  return POLICY_FILES.every((name) => sources[name] !== undefined);
}
