import { findInstallation } from '@gatehouse/config';
import { proveSecrets } from '../../../compliance/prove-secrets.ts';
import { GatehouseCommand } from '../../../gatehouse-command.ts';
import { type Report, tableReport } from '../../../report/report.ts';

export default class AdminComplianceProveSecrets extends GatehouseCommand<
  typeof AdminComplianceProveSecrets
> {
  static override readonly commandTool = 'never';
  static override summary = "Prove on this machine that the server never holds a tool's secret.";
  static override description =
    'Starts an installation of the same build beside this one, with a state, keys and a database of its own, plants a ' +
    'canary by `cloud secrets set` and another by `rotate`, has a real MCP server print its environment with each, and ' +
    'searches the environment, command line, memory, heap, log, files, rows and answers of the server for them: plain, ' +
    'and in every encoding that is promised. Nothing of this installation is touched. Takes about a minute; exits 1 when a place is not as it should be.';
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --json',
  ];

  protected override async report(): Promise<Report> {
    this.note('Starting a server of the same build …');
    const rows = await proveSecrets(findInstallation());
    const met = rows.every((row) => row.met);
    return {
      ...tableReport({
        title: met ? 'Proven: the server never held the canary' : 'Not proven',
        key: 'searched',
        columns: ['place', 'bytes', 'expected', 'hits', 'met'],
        rows: rows.map((row) => ({ ...row })),
        more: { met },
      }),
      exitCode: met ? 0 : 1,
    };
  }
}
