import { SigningKeys } from '@gatehouse/oauth';
import { Flags } from '@oclif/core';
import { GatehouseCommand } from '../../../../gatehouse-command.ts';
import { signingKeysReport } from '../../../../keys/signing-key-report.ts';
import type { Report } from '../../../../report/report.ts';

export default class AdminConfigKeysRotate extends GatehouseCommand<typeof AdminConfigKeysRotate> {
  static override summary = 'Make a new key for ID tokens, with which every server signs soon.';
  static override description =
    'Servers do so by themselves every thirty days. The new key signs when it has been published for a quarter of an hour, so that clients know it by then, and the one before stays published for two days more. With --withdraw no old key is published and the new one signs at once: for a key that somebody else has. Access tokens are not signed with these keys.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> --yes',
    '<%= config.bin %> <%= command.id %> --withdraw --yes',
  ];
  static override flags = {
    withdraw: Flags.boolean({ description: 'Publish no old key any more.' }),
    yes: Flags.boolean({ char: 'y', description: 'Do not ask.' }),
  };

  protected override async report(): Promise<Report> {
    const operator = await this.operator('config:write');
    const { withdraw, yes } = this.flags;
    if (withdraw) await this.destroys('Make every ID token so far unverifiable?', yes);
    else await this.confirmed('Make a new key for ID tokens?', yes);
    const keys = operator.get(SigningKeys);
    await keys.rotate(Date.now(), { actor: operator.context, withdraw });
    return signingKeysReport('Key replaced', keys.list(Date.now()));
  }
}
