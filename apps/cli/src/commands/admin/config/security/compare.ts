import { Args } from '@oclif/core';
import { GatehouseCommand } from '../../../../gatehouse-command.ts';
import { type Report, tableReport } from '../../../../report/report.ts';
import { compareProfiles } from '../../../../security/compare-profiles.ts';

export default class AdminConfigSecurityCompare extends GatehouseCommand<typeof AdminConfigSecurityCompare> {
  static override summary =
    'Compare the security of the profile in use with another profile, or with production mode.';
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> production',
  ];
  static override args = {
    other: Args.string({ description: 'A profile; production mode of this one where it is left out.' }),
  };

  protected override async report(): Promise<Report> {
    const rows = compareProfiles(this.globals.profile, this.args.other);
    return tableReport({
      title: `Security: here and ${this.args.other ?? 'in production mode'}`,
      key: 'settings',
      columns: ['setting', 'here', 'there', 'differs'],
      rows,
    });
  }
}
