import { AuditLog, systemContext } from '@gatehouse/audit';
import { CONFIGURATION, type Configuration, GovernancePolicies, type PolicyChange } from '@gatehouse/config';
import { Inject, Injectable } from '@nestjs/common';
import { type CompiledPolicy, compilePolicy } from './compiled-policy.ts';

/**
 * The policy in force. A change of the files is compiled whole, recorded as a row with its hash and diff, and only
 * then swapped in; one that cannot be read, compiled or recorded changes nothing.
 */
@Injectable()
export class LivePolicy {
  readonly #configuration: Configuration;
  readonly #policies: GovernancePolicies;
  readonly #audit: AuditLog;
  #current: CompiledPolicy;
  #unsubscribe: (() => void) | undefined;

  constructor(
    @Inject(CONFIGURATION) configuration: Configuration,
    @Inject(GovernancePolicies) policies: GovernancePolicies,
    @Inject(AuditLog) audit: AuditLog,
  ) {
    this.#configuration = configuration;
    this.#policies = policies;
    this.#audit = audit;
    this.#current = compilePolicy(policies.current(), configuration);
  }

  current(): CompiledPolicy {
    return this.#current;
  }

  /** Follows the files from now on. */
  start(): void {
    this.#unsubscribe = this.#policies.subscribe((change) => this.#changed(change));
    this.#policies.start();
  }

  stop(): void {
    this.#unsubscribe?.();
    this.#policies.stop();
  }

  async #changed(change: PolicyChange): Promise<void> {
    const applied = change.outcome === 'applied';
    const compiled = applied ? compilePolicy(change.document, this.#configuration) : this.#current;
    await this.#audit.record({
      event: 'policy.changed',
      context: systemContext(),
      action: 'services/governance',
      decision: applied ? 'allow' : 'deny',
      policy: 'not_applicable',
      reason: applied
        ? 'The governance policy files changed; the new policy is in force.'
        : 'The governance policy files changed and are not valid; the policy in force stays.',
      policyVersion: compiled.version,
      detail: {
        outcome: change.outcome,
        files: [...change.files],
        previousVersion: change.previousVersion,
        version: change.version,
        diff: change.diff,
        problems: change.problems.map(({ file, line, column, path, message }) => ({
          file,
          line,
          column,
          path,
          message,
        })),
      },
    });
    this.#current = compiled;
  }
}
