import { homedir } from 'node:os';
import { validateHooks } from '@gatehouse/catalog';
import { Flags } from '@oclif/core';
import { GatehouseCommand } from '../../../gatehouse-command.ts';
import { hookProgram } from '../../../hooks/hook-program.ts';
import { validationReport } from '../../../hooks/hook-report.ts';
import type { Report } from '../../../report/report.ts';

export default class CoreHooksValidate extends GatehouseCommand<typeof CoreHooksValidate> {
  static override summary =
    'Check that the installed hooks still govern: files, settings, credential, server.';
  static override description =
    'Asks the running server whether it takes the credential, and whether it is the server that issued it. Exits with 1 and the reasons where something is not as it should be.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> --client claude-code',
    '<%= config.bin %> <%= command.id %> --json',
  ];
  static override flags = {
    client: Flags.string({
      default: 'claude-code',
      options: ['claude-code'],
      description: 'Whose settings.',
    }),
  };

  protected override async report(): Promise<Report> {
    const { installation } = await this.configuration();
    return validationReport(await validateHooks({ home: homedir(), program: hookProgram(installation) }));
  }
}
