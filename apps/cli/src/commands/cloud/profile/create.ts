import { text } from 'node:stream/consumers';
import { createProfile } from '@gatehouse/config';
import { given } from '@gatehouse/kernel';
import { Args, Flags } from '@oclif/core';
import { profileData } from '../../../configuration/profile-data.ts';
import { GatehouseCommand } from '../../../gatehouse-command.ts';
import { cardReport, type Report } from '../../../report/report.ts';

export default class CloudProfileCreate extends GatehouseCommand<typeof CloudProfileCreate> {
  static override summary = 'Create a profile; one that exists is left alone.';
  static override description =
    "Writes profiles/NAME.yaml into the state folder, for its owner alone. A database's address holds its password and is read from standard input, where no other process sees it.";
  static override examples = [
    '<%= config.bin %> <%= command.id %> staging --port 9000',
    '<%= config.bin %> <%= command.id %> production --mode production --public-url https://gatehouse.example.com',
    '<%= config.bin %> <%= command.id %> production --database-url - < database-url.txt',
  ];
  static override args = { name: Args.string({ required: true, description: 'Its name.' }) };
  static override flags = {
    mode: Flags.option({
      options: ['evaluation', 'production'] as const,
      description: 'How strict it is; evaluation where it is left out.',
    })(),
    host: Flags.string({ description: 'Where to listen.' }),
    port: Flags.integer({ description: 'The port.', min: 1, max: 65_535 }),
    'public-url': Flags.string({ description: 'How callers reach the server.' }),
    'database-url': Flags.string({
      description: '-: read the address of a PostgreSQL of your own from standard input.',
      options: ['-'],
    }),
    'log-level': Flags.option({
      options: ['debug', 'info', 'warn', 'error'] as const,
      description: 'What is logged.',
    })(),
  };

  protected override async report(): Promise<Report> {
    const { mode, host, port, profile: active } = this.flags;
    const databaseUrl =
      this.flags['database-url'] === undefined ? undefined : (await text(process.stdin)).trim();
    const created = createProfile(
      {
        name: this.args.name,
        ...given({ mode, host, port, databaseUrl }),
        ...given({ publicUrl: this.flags['public-url'], logLevel: this.flags['log-level'] }),
      },
      given({ profile: active }),
    );
    return cardReport('Profile created', profileData(created));
  }
}
