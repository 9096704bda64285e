import { ConfigurationInvalid } from '@gatehouse/config';
import { validationReport } from '../../../configuration/validation-report.ts';
import { GatehouseCommand } from '../../../gatehouse-command.ts';
import type { Report } from '../../../report/report.ts';

export default class AdminConfigValidate extends GatehouseCommand<typeof AdminConfigValidate> {
  static override summary = 'Check services/ and the profile as a start would; starts nothing.';
  static override description =
    'Exits 1 when something is wrong, and tells all of it: file, line, column, key and the nearest valid one.';
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --profile production --json',
  ];

  protected override readonly leaveOut = [];

  protected override async report(): Promise<Report> {
    try {
      await this.configuration();
      return validationReport([]);
    } catch (error) {
      if (error instanceof ConfigurationInvalid) return validationReport(error.problems);
      throw error;
    }
  }
}
