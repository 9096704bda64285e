import { listProfiles } from '@gatehouse/config';
import { given } from '@gatehouse/kernel';
import { GatehouseCommand } from '../../../gatehouse-command.ts';
import { type Report, tableReport } from '../../../report/report.ts';

export default class CloudProfileList extends GatehouseCommand<typeof CloudProfileList> {
  static override summary = 'List the profiles of this installation.';
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --json',
  ];

  protected override async report(): Promise<Report> {
    return tableReport({
      title: 'Profiles',
      key: 'profiles',
      columns: ['name', 'active', 'mode', 'public_url', 'valid', 'source'],
      rows: listProfiles(given({ profile: this.flags.profile })).map(({ publicUrl, ...profile }) => ({
        ...profile,
        public_url: publicUrl,
      })),
    });
  }
}
