import { randomBytes } from 'node:crypto';
import { Agent, request } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';

export type Outcome = 'allow' | 'deny' | 'unanswered' | 'open';

export interface CallersOptions {
  readonly port: number;
  readonly token: string;
  readonly callers: number;
  /** Between a caller's answer and its next call. */
  readonly thinkMs: number;
}

const READ = { tool_name: 'Read', tool_input: { file_path: '/srv/a.txt' } };
const DESTROY = { tool_name: 'Bash', tool_input: { command: 'rm -rf / --no-preserve-root' } };

/**
 * Callers with a token who go on calling, whatever becomes of the server: mostly harmless calls, some that are denied,
 * some that cannot be read. Each call has a trace id of its own, by which its rows are found.
 */
export class Callers {
  readonly calls = new Map<string, Outcome>();
  readonly #agent = new Agent({ keepAlive: true });
  readonly #running: Promise<void>[];
  readonly #waiting = new Set<() => void>();
  #stopped = false;

  constructor(options: CallersOptions) {
    this.#running = Array.from({ length: options.callers }, () => this.#call(options));
  }

  /** Resolves with the next call that is allowed. */
  nextAllow(): Promise<void> {
    return new Promise((resolve) => this.#waiting.add(resolve));
  }

  /** Resolves when the last call has its answer. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await Promise.all(this.#running);
    this.#agent.destroy();
  }

  async #call({ port, token, thinkMs }: CallersOptions): Promise<void> {
    for (let i = 1; !this.#stopped; i += 1) {
      const trace = randomBytes(16).toString('hex');
      this.calls.set(trace, 'open');
      const call = { hook_event_name: 'PreToolUse', session_id: 's', ...(i % 10 === 0 ? DESTROY : READ) };
      const outcome = await this.#post(port, token, trace, JSON.stringify(call) + (i % 15 === 0 ? '}' : ''));
      this.calls.set(trace, outcome);
      if (outcome === 'allow') {
        for (const tell of this.#waiting) tell();
        this.#waiting.clear();
      }
      await pause(outcome === 'unanswered' ? 20 + thinkMs : thinkMs);
    }
  }

  #post(port: number, token: string, trace: string, body: string): Promise<Outcome> {
    return new Promise((resolve) => {
      const sent = request(
        {
          host: '127.0.0.1',
          port,
          path: '/api/v1/hooks/govern',
          method: 'POST',
          agent: this.#agent,
          headers: {
            host: `localhost:${port}`,
            authorization: `Bearer ${token}`,
            'content-type': 'application/json',
            'content-length': Buffer.byteLength(body),
            traceparent: `00-${trace}-00f067aa0ba902b7-01`,
          },
        },
        (response) => {
          let text = '';
          response.on('data', (chunk) => {
            text += chunk;
          });
          response.on('end', () => resolve(outcomeOf(text)));
          response.on('error', () => resolve('unanswered'));
          response.on('aborted', () => resolve('unanswered'));
        },
      );
      sent.setTimeout(20_000, () => sent.destroy());
      sent.on('error', () => resolve('unanswered'));
      sent.end(body);
    });
  }
}

function outcomeOf(text: string): Outcome {
  if (text.includes('"permissionDecision":"allow"')) return 'allow';
  if (text.includes('"permissionDecision":"deny"')) return 'deny';
  throw new Error(`no answer of a hook: ${text.slice(0, 200)}`);
}
