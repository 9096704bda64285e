import { setTimeout as after } from 'node:timers/promises';
import { operatorPassphraseFromFile } from '@gatehouse/config';
import { type NewOperatorRequest, OperatorRequests, type SecondProof } from '@gatehouse/identity';
import { cliError } from '../errors/cli-error.ts';
import type { Platform } from '../platform/open-platform.ts';
import { serverState } from '../server/server-state.ts';
import { askSecret } from './ask-secret.ts';
import { operatorTrace } from './operator-trace.ts';

const LOOK_AGAIN_MS = 250;

export interface ProofWish {
  readonly platform: Platform;
  /** Whose proof is wanted; null for an address that is nobody's, which is answered no differently. */
  readonly userId: string | null;
  readonly sessionId: string | null;
  /** The words of the command, as the person is shown them. */
  readonly command: readonly string[];
  /** `--browser`: neither the file nor the terminal is asked. */
  readonly browser: boolean;
  /** Whether there is somebody at a terminal. */
  readonly interactive: boolean;
  readonly note: (text: string) => void;
}

/**
 * The second proof of production: the operator passphrase from its file or typed, or what a person proves in a browser
 * meanwhile; undefined where there is nobody to ask.
 * @throws AppError `CLI_SERVER_DOWN` where there is no server to show the page, `IDENTITY_PROOF_REFUSED`,
 *   `IDENTITY_PROOF_OVER`, `IDENTITY_PROOF_REQUESTS_FULL`
 */
export async function secondProof(wish: ProofWish): Promise<SecondProof | undefined> {
  if (wish.browser) return inBrowser(wish);
  const fromFile = operatorPassphraseFromFile();
  if (fromFile !== null) return { kind: 'passphrase', passphrase: fromFile };
  if (!wish.interactive) return undefined;
  const typed = await askSecret('Operator passphrase (nothing: prove it in a browser)');
  return typed.reveal() === '' ? inBrowser(wish) : { kind: 'passphrase', passphrase: typed };
}

async function inBrowser({ platform, command, userId, sessionId, note }: ProofWish): Promise<SecondProof> {
  const { publicUrl } = platform.configuration.profile;
  if ((await serverState(publicUrl)) === null) {
    throw cliError('CLI_SERVER_DOWN', {
      hint: 'The page on which you prove it is the server’s. Start it with: gatehouse infra services start',
    });
  }
  const requests = platform.app.get(OperatorRequests);
  const asked: NewOperatorRequest = { userId, sessionId, command, origin: operatorTrace() };
  const request = await requests.ask(asked);
  note(
    `Open ${requests.addressOf(request)}\nand prove that it is you if the page shows the code ${request.code}`,
  );
  while (!(await requests.isProven(request.id))) await after(LOOK_AGAIN_MS);
  return { kind: 'browser', operatorRequestId: request.id };
}
