import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';

const DEADLINE_MS = 120_000;

/** A real Claude Code in a folder of the installation, whose model is a plan and whose home is the installation's. */
export class ClaudeCode {
  #program;
  #installation;
  #api;
  #url;
  /** What every command is started through. */
  #within;

  constructor({ program, installation, api, url, within = [] }) {
    this.#program = program;
    this.#installation = installation;
    this.#api = api;
    this.#url = url;
    this.#within = within;
  }

  /** The same client, each session started through the words of `within`. */
  within(within) {
    const [program, installation, api, url] = [this.#program, this.#installation, this.#api, this.#url];
    return new ClaudeCode({ program, installation, api, url, within });
  }

  async version() {
    return (await this.#run(['--version'])).trim();
  }

  /**
   * One session, without asking its user: it makes the calls of the plan, one after the other.
   * @param {readonly { name: string, input: object }[]} calls
   * @returns {Promise<{ results: { text: string, isError: boolean }[], said: string }>} what came back, and what it printed
   */
  async session(calls, args = []) {
    this.#api.plan(calls);
    const said = await this.#run(['-p', 'Do it.', '--permission-mode', 'bypassPermissions', ...args]);
    return { results: this.#api.results, said };
  }

  /** A command of its own, such as `mcp add`: what it printed. */
  command(args) {
    return this.#run(args);
  }

  /** The same where it asks for a terminal; `more` joins its environment. */
  atTerminal(args, more) {
    const words = [this.#program, ...args].map((word) => `'${word}'`).join(' ');
    return this.#start(['script', '--quiet', '--return', '--command', words, '/dev/null'], more);
  }

  #run(args) {
    return this.#start([...this.#within, this.#program, ...args]);
  }

  async #start([program, ...args], more = {}) {
    const child = spawn(program, args, {
      cwd: this.#installation.project,
      env: {
        PATH: process.env.PATH,
        HOME: this.#installation.home,
        ANTHROPIC_BASE_URL: this.#url,
        ANTHROPIC_API_KEY: 'of the loopback',
        CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
        DISABLE_AUTOUPDATER: '1',
        // Else it does not do without asking what root does.
        IS_SANDBOX: '1',
        ...more,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: DEADLINE_MS,
      killSignal: 'SIGKILL',
    });
    const failed = new Promise((_resolve, reject) => child.once('error', reject));
    const printed = Promise.all([text(child.stdout), text(child.stderr)]);
    return (await Promise.race([printed, failed])).join('');
  }
}
