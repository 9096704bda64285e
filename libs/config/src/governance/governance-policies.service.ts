import type { Installation } from '../installation/installation.ts';
import { type ConfigurationProblem, describeProblem } from '../problem/configuration-problem.ts';
import type { GovernancePolicyDocument } from './governance-policy.ts';
import { POLICY_FILES, type PolicySources, parsePolicies, policyVersion } from './parse-policies.ts';
import type { PolicyChange, PolicyListener } from './policy-change.ts';
import { diffPolicies } from './policy-diff.ts';
import { policyFolder, readPolicySources } from './policy-sources.ts';
import { PolicyWatch } from './policy-watch.ts';

/**
 * The governance policies that hold now. After `start()`, a change of the four files applies without a restart,
 * all four together: the bytes that were checked are the bytes that apply (threat T8). An invalid change
 * changes nothing and is told once.
 */
export class GovernancePolicies {
  readonly #installation: Installation;
  readonly #listeners = new Set<PolicyListener>();
  readonly #watch: PolicyWatch;
  #document: GovernancePolicyDocument;
  #sources: PolicySources | undefined;
  #problems: readonly ConfigurationProblem[] = [];
  /** An invalid state seen once: it may be an editor half-way through, so it is told when it is still there. */
  #suspect: string | undefined;
  /** Who has heard of the last change told, so that each is told once. */
  #heard: { readonly of: string; readonly by: Set<PolicyListener> } | undefined;
  #checking: Promise<void> = Promise.resolve();

  constructor(installation: Installation, document: GovernancePolicyDocument) {
    this.#installation = installation;
    this.#document = document;
    this.#watch = new PolicyWatch(policyFolder(installation), () => {
      // Whatever goes wrong, such as a checkout that is gone for a moment, the next look tries again.
      this.#checking = this.#checking.then(() => this.#check()).catch(() => this.#watch.forget());
    });
  }

  current(): GovernancePolicyDocument {
    return this.#document;
  }

  /** Why the files on disk are not what holds; empty when they are. */
  problems(): readonly ConfigurationProblem[] {
    return this.#problems;
  }

  /**
   * Tells of each change before it holds, one change after another; `change.document` is what will hold. While a
   * listener fails, what held holds on, and a second later the listener is asked again: so a change whose row
   * cannot be written does not apply. Returns how to end it.
   */
  subscribe(listener: PolicyListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  start(): void {
    const sources = readPolicySources(this.#installation);
    if (sources.ok && policyVersion(sources.value) === this.#document.version) this.#sources = sources.value;
    this.#watch.start();
  }

  stop(): void {
    this.#watch.stop();
  }

  async #check(): Promise<void> {
    const sources = readPolicySources(this.#installation);
    if (sources.ok && policyVersion(sources.value) === this.#document.version) {
      this.#settle(this.#document, sources.value);
      return;
    }
    const parsed = sources.ok ? parsePolicies(sources.value) : sources;
    const change = {
      previousVersion: this.#document.version,
      version: sources.ok ? policyVersion(sources.value) : null,
      diff: sources.ok ? diffPolicies(this.#sources, sources.value) : '',
    };
    if (!parsed.ok) {
      const { problems } = parsed;
      const files = [...new Set(problems.map((problem) => problem.file))];
      await this.#refuse({ ...change, outcome: 'refused', files, problems, document: this.#document });
    } else if (sources.ok) {
      const files = changedFiles(this.#sources, sources.value);
      const applied = { ...change, outcome: 'applied', files, problems: [], document: parsed.value } as const;
      if (await this.#tell(applied)) this.#settle(parsed.value, sources.value);
    }
  }

  #settle(document: GovernancePolicyDocument, sources: PolicySources): void {
    this.#document = document;
    this.#sources = sources;
    this.#problems = [];
    this.#suspect = undefined;
    this.#heard = undefined;
  }

  async #refuse(change: PolicyChange): Promise<void> {
    this.#problems = change.problems;
    const what = identityOf(change);
    if (what !== this.#suspect) {
      this.#suspect = what;
      this.#watch.tellSoon();
    } else {
      await this.#tell(change);
    }
  }

  /** Whether everyone has heard; if not, the next look tries again. */
  async #tell(change: PolicyChange): Promise<boolean> {
    const what = identityOf(change);
    if (this.#heard?.of !== what) this.#heard = { of: what, by: new Set() };
    const { by } = this.#heard;
    let complete = true;
    for (const listener of this.#listeners) {
      if (by.has(listener)) continue;
      try {
        await listener(change);
        by.add(listener);
      } catch {
        // The listener knows what failed and has said so; here it only matters that the change must wait.
        complete = false;
      }
    }
    if (!complete) this.#watch.forget();
    return complete;
  }
}

function identityOf(change: PolicyChange): string {
  return `${change.outcome} ${change.version ?? change.problems.map(describeProblem).join('\n')}`;
}

function changedFiles(before: PolicySources | undefined, after: PolicySources): string[] {
  return POLICY_FILES.filter(
    (name) => before === undefined || Buffer.compare(before[name], after[name]) !== 0,
  ).map((name) => `services/governance/${name}`);
}
