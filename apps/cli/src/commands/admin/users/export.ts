import { writeFileSync } from 'node:fs';
import { USER_STATUSES, UserBulk } from '@gatehouse/identity';
import { given, ROLES } from '@gatehouse/kernel';
import { Flags } from '@oclif/core';
import { GatehouseCommand } from '../../../gatehouse-command.ts';
import { cardReport, type Report } from '../../../report/report.ts';
import { userData } from '../../../users/user-data.ts';
import { usersText } from '../../../users/users-text.ts';

export default class AdminUsersExport extends GatehouseCommand<typeof AdminUsersExport> {
  static override summary = 'Export users as NDJSON, JSON or CSV; it is a row of the audit log.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> > users.ndjson',
    '<%= config.bin %> <%= command.id %> --format csv --output users.csv',
  ];
  static override flags = {
    role: Flags.option({ options: ROLES, description: 'Of this role.' })(),
    status: Flags.option({ options: USER_STATUSES, description: 'Of this status.' })(),
    department: Flags.string({ description: 'Of this department.' }),
    format: Flags.option({
      options: ['ndjson', 'json', 'csv'] as const,
      default: 'ndjson' as const,
      description: 'The format.',
    })(),
    output: Flags.string({
      char: 'o',
      description: 'A file that does not exist yet; standard output without it.',
    }),
  };

  protected override async report(): Promise<Report> {
    const operator = await this.operator('users:read');
    const { role, status, department, format, output } = this.flags;
    const users = await operator.get(UserBulk).export(given({ role, status, department }), operator.context);
    const text = usersText(users.map(userData), format);
    if (output === undefined) {
      return {
        artifactType: 'text',
        title: 'Users',
        data: { users: users.map(userData) },
        parts: [{ kind: 'text', text: text.trimEnd() }],
      };
    }
    writeFileSync(output, text, { mode: 0o600, flag: 'wx' });
    return cardReport('Users exported', { file: output, count: users.length, format });
  }
}
