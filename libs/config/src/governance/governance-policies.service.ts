import type { Installation } from '../installation/installation.ts';
import { type ConfigurationProblem, describeProblem } from '../problem/configuration-problem.ts';
import { problemsWithoutCredentials, withoutCredentials } from '../problem/without-credentials.ts';
import type { GovernancePolicyDocument } from './governance-policy.ts';
import { POLICY_FILES, type PolicySources, parsePolicies, policyVersion } from './parse-policies.ts';
import { PolicyArchive } from './policy-archive.ts';
import type { PolicyAuthority, PolicyChange, PolicyListener } from './policy-change.ts';
import { diffPolicies } from './policy-diff.ts';
import { policyFolder, readPolicySources } from './policy-sources.ts';
import { PolicyWatch } from './policy-watch.ts';
import { WITHHELD_POLICY } from './withheld-policy.ts';

/**
 * The governance policies that hold now. After `start()`, a change of the four files applies without a restart,
 * all four together: the bytes that were checked are the bytes that apply (threat T8). An invalid change
 * changes nothing and is told once. With an authority, a valid change waits until that wants it.
 */
export class GovernancePolicies {
  readonly #installation: Installation;
  readonly #archive: PolicyArchive;
  readonly #listeners = new Set<PolicyListener>();
  readonly #watch: PolicyWatch;
  #authority: PolicyAuthority = { wanted: (filesVersion) => filesVersion };
  #document: GovernancePolicyDocument;
  /** The bytes of what holds; undefined before the first look, and where they were never seen. */
  #sources: PolicySources | undefined;
  #kept = false;
  #pending: PolicyChange | null = null;
  #problems: readonly ConfigurationProblem[] = [];
  /** An invalid state seen once: it may be an editor half-way through, so it is told when it is still there. */
  #suspect: string | undefined;
  /** Who has heard of the last change told, so that each is told once. */
  #heard: { readonly of: string; readonly by: Set<PolicyListener> } | undefined;
  #checking: Promise<void> = Promise.resolve();

  constructor(installation: Installation, document: GovernancePolicyDocument) {
    this.#installation = installation;
    this.#archive = new PolicyArchive(installation);
    this.#document = document;
    this.#watch = new PolicyWatch(policyFolder(installation), () => void this.recheck());
  }

  current(): GovernancePolicyDocument {
    return this.#document;
  }

  /** The valid change of the files that waits for the authority; its `document` is what holds meanwhile. */
  pending(): PolicyChange | null {
    return this.#pending;
  }

  /** Why the files on disk are not what holds; empty when they are, or wait. */
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

  /**
   * Before `start()`: from now on `authority` says what holds. Where it wants another policy than the files', and the
   * archive does not have that, no call is allowed.
   */
  async answerTo(authority: PolicyAuthority): Promise<void> {
    this.#authority = authority;
    const wanted = authority.wanted(this.#document.version);
    if (wanted === null || wanted === this.#document.version) return;
    const kept = this.#archive.find(wanted);
    const parsed = kept === undefined ? undefined : parsePolicies(kept);
    this.#document = parsed?.ok === true ? parsed.value : WITHHELD_POLICY;
    this.#sources = parsed?.ok === true ? kept : undefined;
    await this.recheck();
  }

  stop(): void {
    this.#watch.stop();
  }

  /** Looks again at once. Resolves when that is through, whatever came of it. */
  recheck(): Promise<void> {
    // Whatever goes wrong, such as a checkout that is gone for a moment, the next look tries again.
    this.#checking = this.#checking.then(() => this.#check()).catch(() => this.#watch.forget());
    return this.#checking;
  }

  async #check(): Promise<void> {
    const sources = readPolicySources(this.#installation);
    const filesVersion = sources.ok ? policyVersion(sources.value) : null;
    const wanted = this.#authority.wanted(filesVersion) ?? this.#document.version;
    if (wanted !== this.#document.version && wanted !== filesVersion) await this.#restore(wanted);
    if (sources.ok && filesVersion === this.#document.version) {
      this.#settle(this.#document, sources.value);
      return;
    }
    const parsed = sources.ok ? parsePolicies(sources.value) : sources;
    const change = {
      previousVersion: this.#document.version,
      version: filesVersion,
      diff: sources.ok ? await withoutCredentials(diffPolicies(this.#sources, sources.value)) : '',
    };
    if (!parsed.ok) {
      const problems = await problemsWithoutCredentials(parsed.problems);
      const files = [...new Set(problems.map((problem) => problem.file))];
      this.#pending = null;
      await this.#refuse({ ...change, outcome: 'refused', files, problems, document: this.#document });
    } else if (sources.ok) {
      const files = changedFiles(this.#sources, sources.value);
      if (wanted === filesVersion) {
        const applied = {
          ...change,
          outcome: 'applied',
          files,
          problems: [],
          document: parsed.value,
        } as const;
        if (await this.#tell(applied)) this.#settle(parsed.value, sources.value);
      } else
        await this.#wait({ ...change, outcome: 'pending', files, problems: [], document: this.#document });
    }
  }

  /** Puts an earlier policy into force; without its bytes, what holds holds on. */
  async #restore(version: string): Promise<void> {
    const kept = this.#archive.find(version);
    const parsed = kept === undefined ? undefined : parsePolicies(kept);
    if (kept === undefined || parsed?.ok !== true) return;
    const change: PolicyChange = {
      outcome: 'restored',
      files: changedFiles(this.#sources, kept),
      previousVersion: this.#document.version,
      version,
      diff: await withoutCredentials(diffPolicies(this.#sources, kept)),
      problems: [],
      document: parsed.value,
    };
    if (await this.#tell(change)) this.#settle(parsed.value, kept);
  }

  #settle(document: GovernancePolicyDocument, sources: PolicySources): void {
    if (this.#sources === undefined || policyVersion(this.#sources) !== document.version || !this.#kept) {
      this.#archive.keep(sources);
      this.#kept = true;
    }
    this.#document = document;
    this.#sources = sources;
    this.#pending = null;
    this.#problems = [];
    this.#suspect = undefined;
    this.#heard = undefined;
  }

  async #wait(change: PolicyChange): Promise<void> {
    this.#problems = [];
    this.#suspect = undefined;
    this.#pending = change;
    await this.#tell(change);
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
  return `${change.outcome} ${change.previousVersion} ${change.version ?? change.problems.map(describeProblem).join('\n')}`;
}

function changedFiles(before: PolicySources | undefined, after: PolicySources): string[] {
  return POLICY_FILES.filter(
    (name) => before === undefined || Buffer.compare(before[name], after[name]) !== 0,
  ).map((name) => `services/governance/${name}`);
}
