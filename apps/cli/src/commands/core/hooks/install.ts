import { homedir } from 'node:os';
import { ClientHooks, installManagedHooks } from '@gatehouse/catalog';
import { Flags } from '@oclif/core';
import { GatehouseCommand } from '../../../gatehouse-command.ts';
import { hookProgram } from '../../../hooks/hook-program.ts';
import { installedReport, managedReport } from '../../../hooks/hook-report.ts';
import type { Report } from '../../../report/report.ts';

export default class CoreHooksInstall extends GatehouseCommand<typeof CoreHooksInstall> {
  static override readonly commandTool = 'never';
  static override summary = "Put Gatehouse's hooks, and a credential for them, into a client's settings.";
  static override description =
    `Writes the user's own settings file and never a project's; what else is in it stays, and a copy of it as it was is kept beside it. A second time changes nothing. The credential is good for 90 days, at the hook endpoints alone, and bound to the user, the agent and this device.

An allow of a hook also skips the client's own permission prompt, so the hooks answer an allowed call with no opinion, unless --auto-approve is given.

Hooks govern a client that cooperates; the MCP endpoint governs any client.`;
  static override examples = [
    '<%= config.bin %> <%= command.id %> --client claude-code',
    '<%= config.bin %> <%= command.id %> --form command --agent developer_agent',
    '<%= config.bin %> <%= command.id %> --dry-run',
    'sudo <%= config.bin %> <%= command.id %> --managed',
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
      description: 'Write managed settings below this folder instead of /.',
      dependsOn: ['managed'],
    }),
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
      return managedReport(installManagedHooks({ ...start, root: this.flags.root ?? null }));
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
}
