import { AuditLog, SCANNER } from '@gatehouse/audit';
import { CONFIGURATION, type Configuration, GovernancePolicies, type PolicyChange } from '@gatehouse/config';
import type { FeedQuery } from '@gatehouse/database';
import type { AdjustableScanner } from '@gatehouse/secret-scanner';
import { Inject, Injectable, Logger } from '@nestjs/common';
import { CoalescedRequest } from './coalesced-request.ts';
import { type CompiledPolicy, compilePolicy } from './compiled-policy.ts';
import { announceFiles, recordFirst, recordRevert } from './ledger-upkeep.ts';
import { forgetPending, insertPending } from './policy-ledger.queries.ts';
import { PolicyLedger } from './policy-ledger.service.ts';
import { policyRow } from './policy-row.ts';

/** Between a change and its line in the ledger lies a moment in which the two differ. */
const OUT_OF_STEP_MS = 1500;
/** Connecting anew takes less. */
const SILENT_MS = 5000;

/**
 * The policy in force. A change of the files is compiled whole, recorded as a row with its hash and diff, and only
 * then swapped in; one that cannot be read, compiled or recorded changes nothing. In production the ledger says
 * which policy is to hold, and a change of the files waits until an administrator applied it.
 */
@Injectable()
export class LivePolicy {
  readonly #configuration: Configuration;
  readonly #policies: GovernancePolicies;
  readonly #audit: AuditLog;
  readonly #ledger: PolicyLedger;
  readonly #scanner: AdjustableScanner;
  readonly #logger = new Logger('policy');
  #rules: CompiledPolicy['secrets']['rules'] = [];
  #current: CompiledPolicy;
  readonly #request = new CoalescedRequest(() => this.#ask());
  #unsubscribe: (() => void) | undefined;
  #outOfStepSinceMs: number | null = null;
  /** Changes that wait, or did when they were last told of. */
  readonly #waiting = new Set<string>();

  constructor(
    @Inject(CONFIGURATION) configuration: Configuration,
    @Inject(GovernancePolicies) policies: GovernancePolicies,
    @Inject(AuditLog) audit: AuditLog,
    @Inject(PolicyLedger) ledger: PolicyLedger,
    @Inject(SCANNER) scanner: AdjustableScanner,
  ) {
    this.#configuration = configuration;
    this.#policies = policies;
    this.#audit = audit;
    this.#ledger = ledger;
    this.#scanner = scanner;
    this.#current = this.#use(compilePolicy(policies.current(), configuration));
  }

  current(): CompiledPolicy {
    return this.#current;
  }

  /**
   * Nothing while this process hears what changes. Else a promise: the database is asked what is in force, and
   * `current` is that afterwards. @throws where it does not answer within a second: then nothing may be allowed
   */
  askIfSilent(): Promise<void> | undefined {
    return this.#ledger.silent ? this.#request.make() : undefined;
  }

  /** Whether this process holds what is in force: false for a replica whose files are others, or that hears nothing. */
  inStep(): boolean {
    if (this.#ledger.silentMs() > SILENT_MS) return false;
    return this.#outOfStepSinceMs === null || performance.now() - this.#outOfStepSinceMs < OUT_OF_STEP_MS;
  }

  /** Follows the files and the ledger from now on. Call it before any call is taken. */
  async start(): Promise<void> {
    this.#scanner.prepare();
    await this.#ledger.refresh();
    if (this.#production && this.#ledger.latest() === null)
      await recordFirst(this.#ledger, this.#policies.current().version);
    this.#unsubscribe = this.#policies.subscribe((change) => this.#changed(change));
    await this.#policies.answerTo({
      wanted: (filesVersion) => (this.#production ? this.#ledger.inForce() : filesVersion),
    });
    this.#current = this.#use(compilePolicy(this.#policies.current(), this.#configuration));
    this.#tellExpired();
    this.#ledger.listen((query) => this.#look(query));
    if (!this.#production) await this.#announceAtStart();
    this.#compare();
    this.#policies.start();
  }

  stop(): void {
    this.#unsubscribe?.();
    this.#ledger.listen(undefined);
    this.#policies.stop();
  }

  get #production(): boolean {
    return this.#configuration.profile.mode === 'production';
  }

  async #announceAtStart(): Promise<void> {
    try {
      await this.#ledger.read((query) => announceFiles(this.#ledger, this.#current.version, query, 1));
    } catch {
      // The feed's next look tries again.
    }
  }

  async #ask(): Promise<void> {
    await this.#ledger.ask();
    if (this.#production && this.#ledger.inForce() !== this.#current.version) await this.#policies.recheck();
    this.#compare();
  }

  /** At every look of the feed. */
  async #look(query: FeedQuery): Promise<void> {
    const latest = this.#ledger.latest();
    if (latest?.expired === true) await recordRevert(this.#ledger, latest.id);
    const inForce = this.#ledger.inForce();
    if (inForce !== this.#current.version) {
      if (this.#production) await this.#policies.recheck();
      else await announceFiles(this.#ledger, this.#current.version, query, 0);
    }
    this.#compare();
    await this.#tidy(query);
  }

  /** A change that was taken back before anybody applied it waits no more. */
  async #tidy(query: FeedQuery): Promise<void> {
    for (const version of this.#waiting) {
      if (version === this.#policies.pending()?.version) continue;
      await forgetPending(query, version);
      this.#waiting.delete(version);
    }
  }

  #compare(): void {
    const inForce = this.#ledger.inForce();
    if (inForce === null || inForce === this.#current.version) this.#outOfStepSinceMs = null;
    else this.#outOfStepSinceMs ??= performance.now();
  }

  async #changed(change: PolicyChange): Promise<void> {
    const holds = change.outcome === 'applied' || change.outcome === 'restored';
    const compiled = holds ? compilePolicy(change.document, this.#configuration) : this.#current;
    const entry = policyRow(change, compiled.version);
    if (change.outcome === 'pending') {
      if (change.version !== null) this.#waiting.add(change.version);
      await this.#ledger.record(async (query) => ((await insertPending(query, change)) ? { entry } : null));
    } else if (change.outcome === 'applied' && !this.#production) {
      const { version, previousVersion } = { ...change, version: compiled.version };
      await this.#ledger.record(async () => ({
        applied: { version, previousVersion, kind: 'files' },
        entry,
      }));
    } else await this.#audit.record(entry);
    this.#current = this.#use(compiled);
    if (holds) this.#tellExpired();
    this.#compare();
  }

  /** The scanner looks for the operator's patterns from the moment on in which their policy decides. */
  #use(policy: CompiledPolicy): CompiledPolicy {
    const { rules } = policy.secrets;
    if (this.#rules !== rules && (rules.length > 0 || this.#rules.length > 0)) this.#scanner.useRules(rules);
    this.#rules = rules;
    return policy;
  }

  #tellExpired(): void {
    for (const { until } of this.#current.secrets.expired()) {
      this.#logger.warn(
        `An entry of allow in services/governance/secrets.yaml ended on ${until} and is ignored.`,
      );
    }
  }
}
