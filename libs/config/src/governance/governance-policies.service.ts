import { type FSWatcher, lstatSync, type Stats, watch } from 'node:fs';
import { join } from 'node:path';
import type { Installation } from '../installation/installation.ts';
import type { ConfigurationProblem } from '../problem/configuration-problem.ts';
import { describeProblem } from '../problem/configuration-problem.ts';
import type { GovernancePolicyDocument } from './governance-policy.ts';
import { POLICY_FILES, type PolicySources, parsePolicies, policyVersion } from './parse-policies.ts';
import { diffPolicies } from './policy-diff.ts';
import { policyFolder, readPolicySources } from './policy-sources.ts';

/** What became of the files on disk when they changed. */
export interface PolicyChange {
  /** `refused`: the change is invalid, and what held before holds on. */
  readonly outcome: 'applied' | 'refused';
  /** Relative to the installation; those that differ from what holds, or that cannot be used. */
  readonly files: readonly string[];
  readonly previousVersion: string;
  /** Of the bytes on disk; null when they could not all be read. */
  readonly version: string | null;
  /** The changed lines, unified style, at most 8 KiB. */
  readonly diff: string;
  readonly problems: readonly ConfigurationProblem[];
  /** What holds after this change. */
  readonly document: GovernancePolicyDocument;
}

export type PolicyListener = (change: PolicyChange) => void | Promise<void>;

/** Editors write in several steps; the files are read once they have been quiet for this long. */
const QUIET_MS = 40;
/** Where the file system sends no events, changes are seen this often. */
const LOOK_MS = 1000;

/**
 * The governance policies that hold now. After `start()`, a change of the four files applies without a restart,
 * all four together: the bytes that were checked are the bytes that apply (threat T8). An invalid change
 * changes nothing and is told once.
 */
export class GovernancePolicies {
  readonly #installation: Installation;
  readonly #listeners = new Set<PolicyListener>();
  readonly #recorders = new Set<PolicyListener>();
  #document: GovernancePolicyDocument;
  #sources: PolicySources | undefined;
  #problems: readonly ConfigurationProblem[] = [];
  /** What was refused last, so that it is told once and not at every look. */
  #refused: string | undefined;
  #watcher: FSWatcher | undefined;
  #look: NodeJS.Timeout | undefined;
  #quiet: NodeJS.Timeout | undefined;
  #seen = '';
  #checking: Promise<void> = Promise.resolve();

  constructor(installation: Installation, document: GovernancePolicyDocument) {
    this.#installation = installation;
    this.#document = document;
  }

  current(): GovernancePolicyDocument {
    return this.#document;
  }

  /** Why the files on disk are not what holds; empty when they are. */
  problems(): readonly ConfigurationProblem[] {
    return this.#problems;
  }

  /** Called after each change, one after another. Returns how to end it. A listener that fails is not called again for that change. */
  subscribe(listener: PolicyListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /**
   * Called before a change applies. While the recorder fails, the change does not apply; it is tried again every
   * second. So no policy holds without its row.
   */
  recordWith(recorder: PolicyListener): () => void {
    this.#recorders.add(recorder);
    return () => this.#recorders.delete(recorder);
  }

  start(): void {
    if (this.#look !== undefined) return;
    const sources = readPolicySources(this.#installation);
    if (sources.ok && policyVersion(sources.value) === this.#document.version) this.#sources = sources.value;
    this.#look = setInterval(() => this.#lookAgain(), LOOK_MS);
    this.#look.unref();
    this.#watchFolder();
    this.#lookAgain();
  }

  stop(): void {
    clearInterval(this.#look);
    clearTimeout(this.#quiet);
    this.#watcher?.close();
    this.#look = undefined;
    this.#quiet = undefined;
    this.#watcher = undefined;
  }

  /** Reads the files now, and resolves once what they say holds or is refused. */
  async check(): Promise<void> {
    this.#checking = this.#checking.then(() => this.#checkOnce());
    await this.#checking;
  }

  #watchFolder(): void {
    this.#watcher?.close();
    this.#watcher = undefined;
    try {
      this.#watcher = watch(policyFolder(this.#installation), { persistent: false }, () =>
        this.#waitForQuiet(),
      );
      this.#watcher.on('error', () => this.#watcher?.close());
    } catch {
      // The folder is gone or the system has no watches left: looking every second goes on.
    }
  }

  #waitForQuiet(): void {
    if (this.#look === undefined) return;
    clearTimeout(this.#quiet);
    this.#quiet = setTimeout(() => this.#lookAgain(), QUIET_MS);
    this.#quiet.unref();
  }

  #lookAgain(): void {
    const seen = signatureOf(this.#installation);
    if (seen.text === this.#seen) return;
    // A folder that was replaced takes its watch with it.
    if (this.#seen.split('\n')[0] !== seen.text.split('\n')[0]) this.#watchFolder();
    this.#seen = seen.text;
    void this.check();
  }

  async #checkOnce(): Promise<void> {
    const sources = readPolicySources(this.#installation);
    const version = sources.ok ? policyVersion(sources.value) : null;
    if (sources.ok && version === this.#document.version) {
      this.#sources = sources.value;
      this.#problems = [];
      this.#refused = undefined;
      return;
    }
    const parsed = sources.ok ? parsePolicies(sources.value) : sources;
    const change = {
      previousVersion: this.#document.version,
      version,
      diff: sources.ok ? diffPolicies(this.#sources, sources.value) : '',
    };
    if (parsed.ok && sources.ok) {
      await this.#apply(
        {
          ...change,
          outcome: 'applied',
          files: changedFiles(this.#sources, sources.value),
          problems: [],
          document: parsed.value,
        },
        sources.value,
      );
    } else if (!parsed.ok) {
      await this.#refuse({
        ...change,
        outcome: 'refused',
        files: [...new Set(parsed.problems.map((problem) => problem.file))],
        problems: parsed.problems,
        document: this.#document,
      });
    }
  }

  async #apply(change: PolicyChange, sources: PolicySources): Promise<void> {
    if (!(await this.#recorded(change))) return;
    this.#document = change.document;
    this.#sources = sources;
    this.#problems = [];
    this.#refused = undefined;
    await this.#tell(change);
  }

  async #refuse(change: PolicyChange): Promise<void> {
    this.#problems = change.problems;
    const what = change.version ?? change.problems.map(describeProblem).join('\n');
    if (what === this.#refused) return;
    if (!(await this.#recorded(change))) return;
    this.#refused = what;
    await this.#tell(change);
  }

  async #recorded(change: PolicyChange): Promise<boolean> {
    try {
      for (const recorder of this.#recorders) await recorder(change);
      return true;
    } catch {
      // Forgetting what was seen makes the next look try again.
      this.#seen = '';
      return false;
    }
  }

  async #tell(change: PolicyChange): Promise<void> {
    for (const listener of this.#listeners) {
      try {
        await listener(change);
      } catch {
        // One listener's failure is its own: the change holds and the others hear of it.
      }
    }
  }
}

function changedFiles(before: PolicySources | undefined, after: PolicySources): string[] {
  return POLICY_FILES.filter(
    (name) => before === undefined || Buffer.compare(before[name], after[name]) !== 0,
  ).map((name) => `services/governance/${name}`);
}

/** Changes whenever a file or the folder does: contents, owner, mode, or which file it is. First line: the folder. */
function signatureOf(installation: Installation): { text: string } {
  const folder = policyFolder(installation);
  const identity = stat(folder);
  const lines = [identity === undefined ? '-' : `${identity.dev}:${identity.ino}`];
  for (const path of [folder, ...POLICY_FILES.map((name) => join(folder, name))]) {
    const stats = stat(path);
    lines.push(
      stats === undefined
        ? '-'
        : `${stats.dev}:${stats.ino}:${stats.size}:${stats.mtimeMs}:${path === folder ? 0 : stats.ctimeMs}:${stats.mode}:${stats.uid}:${stats.gid}`,
    );
  }
  return { text: lines.join('\n') };
}

function stat(path: string): Stats | undefined {
  try {
    return lstatSync(path);
  } catch {
    return undefined;
  }
}
