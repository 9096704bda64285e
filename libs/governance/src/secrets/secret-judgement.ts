import type { SecretAction, SecretAllowance, SecretSeverity, SecretsPolicy } from '@gatehouse/config';
import { ToolPatterns } from '@gatehouse/config';
import { type Clock, type Role, systemClock } from '@gatehouse/kernel';
import type { Finding, SecretRule } from '@gatehouse/secret-scanner';
import { ownRules } from './own-rules.ts';

/** What the policy says of the findings of one call. */
export interface SecretJudgement {
  /** What findings that are not accepted mean for this call. */
  readonly action: SecretAction;
  /** The line of `secrets.yaml` that says so: `monitor` or `severity[0]`. */
  readonly line: string;
  /** Findings that no entry of `allow` accepts. */
  readonly open: readonly Finding[];
  /** How many are accepted. */
  readonly accepted: number;
  /** Of the open ones, an entry would accept one whose last day is over. */
  readonly expired: boolean;
}

interface CompiledSeverity {
  readonly tools: ToolPatterns | null;
  readonly roles: ReadonlySet<Role> | null;
  readonly action: SecretAction;
}

/** `secrets.yaml` in the form that decisions use. */
export class SecretJudge {
  /** The operator's own patterns, for the scanner. */
  readonly rules: readonly SecretRule[];
  readonly #severity: readonly CompiledSeverity[];
  readonly #policy: SecretsPolicy;
  readonly #clock: Clock;

  constructor(policy: SecretsPolicy, clock: Clock = systemClock) {
    this.rules = ownRules(policy.patterns);
    this.#policy = policy;
    this.#severity = policy.severity.map(compiledSeverity);
    this.#clock = clock;
  }

  judge(
    findings: readonly Finding[],
    caller: { readonly action: string; readonly role: Role },
  ): SecretJudgement {
    const open = findings.filter((finding) => !this.accepts(finding));
    const expired = open.some((finding) => this.#policy.allow.some((entry) => fits(entry, finding)));
    const line = this.#severity.findIndex(
      ({ tools, roles }) => (tools?.match(caller.action) ?? true) && (roles?.has(caller.role) ?? true),
    );
    const byDefault = this.#policy.monitor ? 'monitor' : 'deny';
    return {
      action: line < 0 ? byDefault : this.#severity[line]!.action,
      line: line < 0 ? 'monitor' : `severity[${line}]`,
      open,
      accepted: findings.length - open.length,
      expired,
    };
  }

  /** Whether an entry of `allow` that still holds accepts the finding. */
  accepts(finding: Finding): boolean {
    const { allow } = this.#policy;
    if (allow.length === 0) return false;
    const today = this.#today();
    return allow.some((entry) => entry.until >= today && fits(entry, finding));
  }

  /** Whether an entry that names no path accepts it: those of arguments say nothing of results. */
  acceptsAnywhere(finding: Finding): boolean {
    return this.accepts({ ...finding, path: '' });
  }

  /** Entries whose last day is over: they do nothing, and somebody has to be told. */
  expired(): readonly SecretAllowance[] {
    const today = this.#today();
    return this.#policy.allow.filter((entry) => entry.until < today);
  }

  #today(): string {
    return new Date(this.#clock.now()).toISOString().slice(0, 10);
  }
}

function compiledSeverity({ tools, roles, action }: SecretSeverity): CompiledSeverity {
  return {
    tools: tools === undefined ? null : new ToolPatterns(tools),
    roles: roles === undefined ? null : new Set(roles),
    action,
  };
}

function fits(entry: SecretAllowance, finding: Finding): boolean {
  return (
    (entry.rule === undefined || entry.rule === finding.rule) &&
    (entry.path === undefined || entry.path === finding.path) &&
    (entry.fingerprint === undefined || entry.fingerprint === finding.fingerprint)
  );
}
