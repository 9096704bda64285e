import { Args, Flags } from '@oclif/core';
import { eraseContent } from '../../../audit/retention/erase-report.ts';
import { GatehouseCommand } from '../../../gatehouse-command.ts';
import type { Report } from '../../../report/report.ts';

export default class InfraLogsErase extends GatehouseCommand<typeof InfraLogsErase> {
  static override summary = "Erase one person's content: what they sent and what came back.";
  static override description =
    'Who did what, when and by which rule stays, and so does every seal: it covers a commitment to the content, not the content. What a legal hold covers is left. The erasure is on record.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> maya@example.test --rule "GDPR article 17" --dry-run',
    '<%= config.bin %> <%= command.id %> maya@example.test --rule "GDPR article 17" --yes',
  ];
  static override args = {
    user: Args.string({ required: true, description: 'A user id or e-mail address.' }),
  };
  static override flags = {
    rule: Flags.string({ description: 'By which rule; it stands on the row.', required: true }),
    'dry-run': Flags.boolean({ description: 'Count, and erase nothing.' }),
    yes: Flags.boolean({ char: 'y', description: 'Do not ask.' }),
  };

  protected override async report(): Promise<Report> {
    const operator = await this.operator('audit:erase');
    const dryRun = this.flags['dry-run'];
    if (!dryRun) await this.confirmed(`Erase what ${this.args.user} sent and got?`, this.flags.yes);
    return eraseContent(operator, { user: this.args.user, rule: this.flags.rule, dryRun });
  }
}
