import secretsSchema from '../../schemas/secrets.schema.json' with { type: 'json' };
import { type Checked, FileSchema } from '../document/schema.ts';
import type { YamlDocument } from '../document/yaml-document.ts';
import type { ConfigurationProblem } from '../problem/configuration-problem.ts';
import type { PathSegment } from '../problem/path-text.ts';
import type { SecretAllowance, SecretPattern, SecretSeverity, SecretsPolicy } from './governance-policy.ts';
import { linearPattern } from './linear-pattern/linear-pattern.ts';

/** `services/governance/secrets.yaml` as its schema describes it. */
interface SecretsFile {
  readonly monitor: boolean;
  readonly severity: readonly SecretSeverity[];
  readonly patterns: readonly {
    readonly id: string;
    readonly description: string;
    readonly pattern: string;
    readonly ignore_case: boolean;
    readonly confidence: 'high' | 'medium' | 'low';
  }[];
  readonly allow: readonly SecretAllowance[];
}

const schema = new FileSchema<SecretsFile>(secretsSchema);

/** Reads `secrets.yaml`; patterns that may take more than linear time are problems with their place. */
export const secretsFile = {
  check(document: YamlDocument): Checked<SecretsPolicy> {
    const checked = schema.check(document);
    if (!checked.ok) return checked;
    const { monitor, severity, allow } = checked.value;
    const problems: ConfigurationProblem[] = [];
    const refuse = (path: readonly PathSegment[], message: string, expected: string) =>
      problems.push(document.problem(path, 'value', { message, expected }));

    const patterns: SecretPattern[] = [];
    const ids = new Set<string>();
    for (const [index, written] of checked.value.patterns.entries()) {
      const { id, description, pattern, ignore_case: ignoreCase, confidence } = written;
      if (ids.has(id)) refuse(['patterns', index, 'id'], 'is the id of another pattern', 'an id of its own');
      ids.add(id);
      const linear = linearPattern(pattern, ignoreCase);
      if (linear.ok)
        patterns.push({ id, description, pattern, ignoreCase, keywords: linear.keywords, confidence });
      else refuse(['patterns', index, 'pattern'], linear.message, linear.expected);
    }
    for (const [index, { until }] of allow.entries()) {
      if (!isDate(until)) refuse(['allow', index, 'until'], 'is no day of the calendar', 'YYYY-MM-DD');
    }
    if (problems.length > 0) return { ok: false, problems };
    return { ok: true, value: { monitor, severity, patterns, allow } };
  },
};

/** The 30th of February has the form of a date. */
function isDate(text: string): boolean {
  const date = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text);
}
