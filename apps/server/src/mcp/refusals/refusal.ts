import type { Policy } from '@gatehouse/audit';
import type { RpcAnswer } from '../wire/json-rpc.ts';

/** Why the door lets a request no further: what its sender is told, and what the log says. */
export interface Refusal {
  readonly answer: RpcAnswer;
  readonly policy: Policy;
  /** One sentence that quotes nothing of the request. */
  readonly reason: string;
  /**
   * `always`: nobody can say what it would have asked for. `of_call`: a row where it asks for something that is decided,
   * since lists and the like are none. `as_decision`: the same, and the decision point itself denies the call, where it
   * can be read, with the call's action.
   */
  readonly record: 'always' | 'of_call' | 'as_decision';
}

/** Tells a refusal from whatever it stands in place of. */
export function isRefusal(value: object): value is Refusal {
  return 'record' in value;
}
