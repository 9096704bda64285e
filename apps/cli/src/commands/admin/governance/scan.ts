import { Flags } from '@oclif/core';
import { GatehouseCommand } from '../../../gatehouse-command.ts';
import { scanAsOperator } from '../../../governance/scan-as-operator.ts';
import { scannedText } from '../../../governance/scanned-text.ts';
import type { Report } from '../../../report/report.ts';

export default class AdminGovernanceScan extends GatehouseCommand<typeof AdminGovernanceScan> {
  static override summary = 'Look for credentials in a file or in standard input, as the secrets check does.';
  static override description =
    'JSON is read by its keys and values, anything else as text. Shows where a credential stands and never what it is. Exits 0 when there is none, 1 when there is.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> --file settings.json',
    'git diff | <%= config.bin %> <%= command.id %> --stdin',
  ];
  static override flags = {
    file: Flags.string({ description: 'A file of at most 16 MiB.', exactlyOne: ['file', 'stdin'] }),
    stdin: Flags.boolean({ description: 'Read standard input.' }),
  };

  protected override async report(): Promise<Report> {
    const text = await scannedText(this.flags.file);
    return scanAsOperator(await this.operator('governance:explain'), text);
  }
}
