import { Args } from '@oclif/core';
import { remoteLoginData } from '../../../cloud/remote-login-data.ts';
import { GatehouseCommand } from '../../../gatehouse-command.ts';
import { cardReport, type Report } from '../../../report/report.ts';

export default class CloudAuthLogin extends GatehouseCommand<typeof CloudAuthLogin> {
  static override readonly commandTool = 'never';
  static override summary = 'Log in at another Gatehouse.';
  static override description =
    'Shows a code and an address: open the address in any browser, log in there, see that the page shows the same code, and allow it. What this command line is given is kept in the key folder and lasts a day at most.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> https://gatehouse.example.com',
    '<%= config.bin %> <%= command.id %> http://localhost:8081',
  ];
  static override args = {
    url: Args.string({ required: true, description: 'The public URL of the other Gatehouse.' }),
  };

  protected override async report(): Promise<Report> {
    const [{ RemoteGatehouse }, { RemoteLoginFile }, { profile, installation }] = await Promise.all([
      import('../../../cloud/remote-gatehouse.ts'),
      import('../../../cloud/remote-login-file.ts'),
      this.configuration(),
    ]);
    const remote = await RemoteGatehouse.at(this.args.url, profile.outboundAllow);
    const login = await remote.login(({ userCode, address }) => {
      process.stderr.write(`Open ${address}\nand allow it if the page shows the code ${userCode}\n`);
    });
    new RemoteLoginFile(installation).write(login);
    return cardReport('Logged in', remoteLoginData(login));
  }
}
