import { timingSafeEqual } from 'node:crypto';
import { addressPrefix } from '../ip-bans/address-prefix.ts';
import type { CredentialTags } from './credential-tags.ts';
import type { LookupAllowance } from './lookup-allowance.ts';
import { hashOf } from './opaque-text.ts';
import type { Answer, RecentMemory } from './recent-memory.ts';
import type { SessionStanding } from './session-standing.ts';
import type { UnknownTexts } from './unknown-texts.ts';

const GENUINE = 10_000;

/** A well-formed text without a signature, as somebody presents it. */
export interface PresentedText {
  readonly text: string;
  /** The one inside the text. */
  readonly id: string;
  /** The address it came from; where it is not known, it shares the allowance of all whose address is not known. */
  readonly from: string | undefined;
}

export interface OpaqueLanes {
  readonly tags: CredentialTags;
  /** Who is asked for what is ours. */
  readonly ours: RecentMemory<SessionStanding>;
  /** Who is asked for what anybody may have made up: on a connection of its own, and seldom. */
  readonly doubtful: RecentMemory<SessionStanding>;
  readonly allowance: LookupAllowance;
  readonly unknown: UnknownTexts;
  /** Whether nothing may be believed without asking. */
  readonly silent: () => boolean;
}

/**
 * How the sessions of credentials without a signature stand. Anybody can make such a text up, and a flood of them must
 * take nothing from the others (threat T6): what carries our tag is asked for at once; what does not is asked for in a
 * lane of its own and as often as its network may, and is remembered when it is nobody's.
 */
export class OpaqueStandings {
  /** Of credentials from before there were tags, those that were genuine, by SHA-256: asked for like ours from then on. */
  readonly #genuine = new Set<string>();

  constructor(private readonly lanes: OpaqueLanes) {}

  get(presented: PresentedText): Answer<SessionStanding> | Promise<Answer<SessionStanding>> {
    const { ours, doubtful, unknown } = this.lanes;
    const { text, id } = presented;
    const silent = this.lanes.silent();
    if (silent) for (const memory of [ours, doubtful]) memory.forget([id]);
    else if (ours.has(id)) return ours.get(id);
    const hash = hashOf(text);
    const digest = hash.toString('base64');
    if (!silent && unknown.has(digest)) return undefined;
    const { times } = unknown;
    const answer = this.#ask(presented, digest);
    const learn = (standing: Answer<SessionStanding>) => {
      if (standing === undefined) unknown.add(digest, times);
      else if (standing !== 'silent' && isOf(standing, hash)) this.#remember(digest);
      return standing;
    };
    return answer instanceof Promise ? answer.then(learn) : learn(answer);
  }

  #ask({ text, id, from }: PresentedText, digest: string) {
    const { tags, ours, doubtful, allowance } = this.lanes;
    if (this.#genuine.has(digest) || tags.isOn(text)) return ours.get(id);
    return allowance.take(addressPrefix(from ?? '')) ? doubtful.get(id) : ('silent' as const);
  }

  #remember(digest: string): void {
    this.#genuine.delete(digest);
    if (this.#genuine.size >= GENUINE) {
      for (const oldest of this.#genuine) {
        this.#genuine.delete(oldest);
        break;
      }
    }
    this.#genuine.add(digest);
  }
}

function isOf({ credentialHash }: SessionStanding, hash: Buffer): boolean {
  return credentialHash !== null && timingSafeEqual(credentialHash, hash);
}
