import {
  type Configuration,
  type IncludeFolder,
  isChange,
  loadConfiguration,
  type Permission,
  refuseUnsafeRuntime,
} from '@gatehouse/config';
import type { SecondProof } from '@gatehouse/identity';
import type { CommandUse } from '@gatehouse/mcp-spawner';
import { Command, Flags, type Interfaces } from '@oclif/core';
import { exitCodeOf } from './errors/exit-code.ts';
import { renderFailure } from './errors/render-failure.ts';
import { neverFromStdin } from './never-from-stdin.ts';
import type { Platform } from './platform/open-platform.ts';
import { renderJson, renderYaml } from './report/render-machine.ts';
import type { Report } from './report/report.ts';
import { actingCaller } from './session/acting-caller.ts';
import type { CommandLineLogins } from './session/logins.ts';
import type { Operator } from './session/operator.ts';

const SIGNALS = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 } as const;

type GlobalFlags = Interfaces.InferredFlags<(typeof GatehouseCommand)['baseFlags']>;

/**
 * What every command is: global flags, a report that is shown as a table, JSON or YAML on standard output, diagnostics
 * on standard error, and an exit code. A command says what to report; it neither prints nor catches.
 */
export abstract class GatehouseCommand<T extends typeof Command = typeof Command> extends Command {
  static override baseFlags = {
    json: Flags.boolean({ description: 'Print JSON.', helpGroup: 'GLOBAL', exclusive: ['yaml'] }),
    yaml: Flags.boolean({ description: 'Print YAML.', helpGroup: 'GLOBAL' }),
    profile: Flags.string({
      description: 'The profile to run under.',
      helpGroup: 'GLOBAL',
      helpValue: 'NAME',
    }),
    quiet: Flags.boolean({ description: 'No diagnostics.', helpGroup: 'GLOBAL', exclusive: ['verbose'] }),
    verbose: Flags.boolean({ description: 'More diagnostics.', helpGroup: 'GLOBAL' }),
    color: Flags.boolean({
      description: 'Colour, where the terminal has it.',
      helpGroup: 'GLOBAL',
      default: true,
      allowNo: true,
    }),
    browser: Flags.boolean({
      description: 'Give the second proof that production asks for in a browser.',
      helpGroup: 'GLOBAL',
    }),
    'non-interactive': Flags.boolean({ description: 'Never ask.', helpGroup: 'GLOBAL' }),
  };

  /**
   * What the tool of the MCP server `gatehouse` may do with the command (threat T13): run it, run it once an administrator
   * approved it, or neither.
   */
  static readonly commandTool: CommandUse = 'changes';

  protected flags!: Interfaces.InferredFlags<(typeof GatehouseCommand)['baseFlags'] & T['flags']>;
  protected args!: Interfaces.InferredArgs<T['args']>;
  /** What the command does not look at of `services/`: most have no use for the controls, which are most of the text. */
  protected readonly leaveOut: readonly IncludeFolder[] = ['compliance'];
  #platform: Promise<Platform> | null = null;
  #configuration: Promise<Configuration> | null = null;

  /** What the command found or did. */
  protected abstract report(): Promise<Report>;

  override async run(): Promise<void> {
    const report = await this.report();
    process.stdout.write(await this.#render(report));
    process.exitCode = report.exitCode ?? 0;
  }

  /** The configuration of the chosen profile, read once. @throws ConfigurationInvalid */
  protected configuration(): Promise<Configuration> {
    const { profile } = this.globals;
    const { leaveOut } = this;
    this.#configuration ??= loadConfiguration(profile === undefined ? { leaveOut } : { leaveOut, profile });
    return this.#configuration;
  }

  /** The domain modules over the open database; closed when the command ends, however it ends. */
  protected platform(): Promise<Platform> {
    this.#platform ??= this.#openPlatform();
    return this.#platform;
  }

  /**
   * Who runs the command. In production, what changes something asks for the second proof too, unless the command
   * does so itself. @throws AppError `CLI_LOGIN_REQUIRED`, `CLI_NOT_ALLOWED`, `IDENTITY_PROOF_…`
   */
  protected async operator(needed: Permission, options: { proof?: boolean } = {}): Promise<Operator> {
    const [{ Operator }, platform] = await Promise.all([import('./session/operator.ts'), this.platform()]);
    const operator = await Operator.of(platform, needed);
    if (options.proof !== false) await this.#prove(operator, needed);
    return operator;
  }

  /** For what turned out to need more than `operator` was asked for. @throws AppError as that does */
  protected async needs(operator: Operator, needed: Permission): Promise<void> {
    operator.require(needed);
    await this.#prove(operator, needed);
  }

  async #prove(operator: Operator, needed: Permission): Promise<void> {
    const production = operator.platform.configuration.profile.mode === 'production';
    // Whoever approved a command for its caller gave the proof for it.
    const approved = actingCaller()?.approvalId != null;
    if (!production || approved || !isChange(needed)) return;
    await operator.prove(await this.secondProof(operator.user.id, operator.session.id));
  }

  /** What `secondProof` finds for this command. @throws AppError as that does */
  protected async secondProof(
    userId: string | null,
    sessionId: string | null = null,
  ): Promise<SecondProof | undefined> {
    const [{ secondProof }, platform] = await Promise.all([
      import('./session/second-proof.ts'),
      this.platform(),
    ]);
    const { interactive } = this;
    const command = ['gatehouse', ...(this.id ?? '').split(':'), ...this.argv];
    const { browser } = this.globals;
    // Told whatever `--quiet` says: nothing goes on without it.
    const note = (text: string) => process.stderr.write(`${text}\n`);
    return secondProof({ platform, userId, sessionId, command, browser, interactive, note });
  }

  /** The sessions of this command line, for commands that come before being logged in. */
  protected async logins(): Promise<CommandLineLogins> {
    const [{ CommandLineLogins }, platform] = await Promise.all([
      import('./session/logins.ts'),
      this.platform(),
    ]);
    return new CommandLineLogins(platform.app, platform.configuration);
  }

  /** Asks before what ends or interrupts others' work, where there is somebody to ask. @throws AppError `CLI_CANCELLED` */
  protected async confirmed(question: string, yes: boolean): Promise<void> {
    if (yes || !this.interactive) return;
    const { confirm } = await import('./confirm.ts');
    await confirm(question);
  }

  /**
   * Asks before what cannot be taken back or reaches beyond this installation; where there is nobody to ask, `--yes` is
   * needed, and `refusal` says why where it is for another reason than the first.
   * @throws AppError `CLI_CANCELLED`, `CLI_CONFIRMATION_REQUIRED`
   */
  protected async destroys(
    question: string,
    yes: boolean,
    refusal: { readonly message?: string; readonly hint?: string } = {},
  ): Promise<void> {
    if (yes) return;
    if (!this.interactive) {
      const { cliError } = await import('./errors/cli-error.ts');
      throw cliError('CLI_CONFIRMATION_REQUIRED', refusal);
    }
    await this.confirmed(question, false);
  }

  /** A diagnostic for the person at the terminal. */
  protected note(text: string): void {
    if (!this.globals.quiet) process.stderr.write(`${text}\n`);
  }

  /** Whether there is somebody to ask. */
  protected get interactive(): boolean {
    return !this.globals['non-interactive'] && process.stdin.isTTY === true && process.stderr.isTTY === true;
  }

  protected get globals(): GlobalFlags {
    return this.flags as GlobalFlags;
  }

  override async init(): Promise<void> {
    await super.init();
    refuseUnsafeRuntime();
    const { flags, args } = await this.parse({
      flags: this.ctor.flags,
      baseFlags: GatehouseCommand.baseFlags,
      args: neverFromStdin(this.ctor.args),
      strict: this.ctor.strict,
    });
    this.flags = flags as typeof this.flags;
    this.args = args as typeof this.args;
    await this.#admitCaller();
  }

  /** @throws AppError `CLI_NOT_ALLOWED`, `MCP_COMMAND_REFUSED` for what the caller that this runs for may not have run */
  async #admitCaller(): Promise<void> {
    const caller = actingCaller();
    if (caller === null) return;
    const { admitCaller } = await import('./session/admit-caller.ts');
    await admitCaller(caller, (this.ctor as unknown as typeof GatehouseCommand).commandTool, () =>
      this.platform(),
    );
  }

  protected override async catch(error: Error): Promise<void> {
    const json = this.argv.includes('--json');
    const verbose = this.argv.includes('--verbose');
    process.stderr.write(renderFailure(error, { json, verbose, command: this.id ?? '' }));
    process.exitCode = exitCodeOf(error);
  }

  protected override async finally(): Promise<void> {
    await this.#platform?.then(
      (platform) => platform.close(),
      () => undefined,
    );
  }

  async #openPlatform(): Promise<Platform> {
    const [{ openCommandDatabase }, configuration] = await Promise.all([
      import('./platform/open-database.ts'),
      this.configuration(),
    ]);
    const [database, { openPlatform }] = await Promise.all([
      openCommandDatabase(configuration),
      import('./platform/open-platform.ts'),
    ]);
    const platform = await openPlatform(configuration, database, { log: this.globals.verbose });
    for (const [signal, code] of Object.entries(SIGNALS)) {
      process.once(signal, () => void platform.close().finally(() => process.exit(code)));
    }
    return platform;
  }

  async #render(report: Report): Promise<string> {
    if (this.globals.json) return renderJson(report);
    if (this.globals.yaml) return renderYaml(report);
    const { renderHuman } = await import('./report/render-human.ts');
    const { stdout } = process;
    return renderHuman(report, {
      colour: this.globals.color && stdout.isTTY === true && stdout.hasColors(),
      width: stdout.isTTY === true ? stdout.columns : null,
    });
  }
}
