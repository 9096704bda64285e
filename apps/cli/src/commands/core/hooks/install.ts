import { homedir } from 'node:os';
import { ClientHooks, installManagedHooks, type ManagedChange } from '@gatehouse/catalog';
import { Flags } from '@oclif/core';
import { GatehouseCommand } from '../../../gatehouse-command.ts';
import { hookProgram } from '../../../hooks/hook-program.ts';
import { installedReport, managedChanges, managedReport } from '../../../hooks/hook-report.ts';
import type { Report } from '../../../report/report.ts';

export default class CoreHooksInstall extends GatehouseCommand<typeof CoreHooksInstall> {
  static override readonly commandTool = 'never';
  static override summary = "Put Gatehouse's hooks, and a credential for them, into a client's settings.";
  static override description =
    `Writes the user's own settings file and never a project's; what else is in it stays, and a copy of it as it was is kept beside it. A second time changes nothing. The credential is good for 90 days, at the hook endpoints alone, and bound to the user, the agent and this device.

An allow of a hook also skips the client's own permission prompt, so the hooks answer an allowed call with no opinion, unless --auto-approve is given.

With --managed it shows which of the machine's files it would write, and what changes in them, and asks; without a terminal it needs --yes.

Hooks govern a client that cooperates; the MCP endpoint governs any client.`;
  static override examples = [
    '<%= config.bin %> <%= command.id %> --client claude-code',
    '<%= config.bin %> <%= command.id %> --form command --agent developer_agent',
    '<%= config.bin %> <%= command.id %> --dry-run',
    'sudo <%= config.bin %> <%= command.id %> --managed',
    'sudo <%= config.bin %> <%= command.id %> --managed --yes',
  ];
  static override flags = {
    client: Flags.string({
      default: 'claude-code',
      options: ['claude-code'],
      description: 'Whose settings.',
    }),
    form: Flags.option({ options: ['http', 'command'] as const, default: 'http' as const })({
      description:
        'http: the client posts by itself. command: a small program does, and blocks unless this very server answers.',
    }),
    email: Flags.string({
      description: 'The user it is for; you where it is left out.',
      exclusive: ['managed'],
    }),
    agent: Flags.string({ description: 'The agent that the client acts as.', exclusive: ['managed'] }),
    'auto-approve': Flags.boolean({
      description: "Allowed calls skip the client's own prompt.",
      exclusive: ['managed'],
    }),
    managed: Flags.boolean({
      description: 'Write the settings of the whole machine, which no user can change; needs root.',
    }),
    root: Flags.string({
      description: 'Write managed settings below this folder instead of /, and do not ask.',
      dependsOn: ['managed'],
    }),
    yes: Flags.boolean({ char: 'y', description: 'Do not ask. Needs --managed.', dependsOn: ['managed'] }),
    'dry-run': Flags.boolean({ description: 'Print what would be written, and write nothing.' }),
  };

  protected override async report(): Promise<Report> {
    const { installation, profile } = await this.configuration();
    const start = {
      node: process.execPath,
      program: hookProgram(installation),
      dryRun: this.flags['dry-run'],
    };
    if (this.flags.managed) {
      const agree = (changes: readonly ManagedChange[]) => this.#agree(changes);
      return managedReport(await installManagedHooks({ ...start, root: this.flags.root ?? null, agree }));
    }
    const operator = await this.operator('hooks:use');
    const { email } = this.flags;
    const { user } =
      email === undefined ? operator : await operator.logins.login({ email, makeCurrent: false });
    const result = await operator.get(ClientHooks).install({
      ...start,
      home: homedir(),
      managedRoot: '/',
      publicUrl: profile.publicUrl,
      form: this.flags.form,
      autoApprove: this.flags['auto-approve'],
      userId: user.id,
      agentId: this.flags.agent ?? null,
      actor: operator.context,
    });
    return installedReport(result);
  }

  async #agree(changes: readonly ManagedChange[]): Promise<void> {
    this.note(managedChanges(changes));
    await this.destroys("Write this machine's settings, for all of its users?", this.flags.yes, {
      message: 'this writes settings for all users of this machine: say --yes',
      hint: '--dry-run shows what would be written.',
    });
  }
}
