import { showProfile } from '@gatehouse/config';
import { given } from '@gatehouse/kernel';
import { Args } from '@oclif/core';
import { profileData } from '../../../configuration/profile-data.ts';
import { GatehouseCommand } from '../../../gatehouse-command.ts';
import { cardReport, type Report } from '../../../report/report.ts';

export default class CloudProfileShow extends GatehouseCommand<typeof CloudProfileShow> {
  static override summary = "Show a profile; the database's address without its password.";
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> production',
  ];
  static override args = {
    name: Args.string({ description: 'A profile; the active one where it is left out.' }),
  };

  protected override async report(): Promise<Report> {
    const profile = showProfile(this.args.name, given({ profile: this.flags.profile }));
    return cardReport('Profile', profileData(profile));
  }
}
