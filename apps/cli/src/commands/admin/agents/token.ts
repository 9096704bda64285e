import { AccessTokens, Agents, Users } from '@gatehouse/identity';
import { Args, Flags } from '@oclif/core';
import { GatehouseCommand } from '../../../gatehouse-command.ts';
import { cardReport, type Report } from '../../../report/report.ts';
import { tokenReport } from '../../../report/token-report.ts';
import { resourceOf } from '../../../session/resource-of.ts';
import { sessionData } from '../../../session/session-report.ts';

export default class AdminAgentsToken extends GatehouseCommand<typeof AdminAgentsToken> {
  static override readonly commandTool = 'never';
  static override summary = 'Issue an access token with which an agent acts for a user.';
  static override description =
    'The agent gets a session of its own below that of the user and ends with it. It may do what both it and the user may do.';
  static override examples = [
    'TOKEN=$(<%= config.bin %> <%= command.id %> developer_agent --resource mcp/filesystem --token-only)',
    '<%= config.bin %> <%= command.id %> associate_agent --email maya@example.test --resource hooks --token-only',
  ];
  static override args = { agent: Args.string({ required: true, description: 'The id of an agent.' }) };
  static override flags = {
    email: Flags.string({ description: 'The user it acts for; you where it is left out.' }),
    resource: Flags.string({
      default: 'api',
      description: 'What the token is good for: api, hooks or mcp/<server>.',
    }),
    'token-only': Flags.boolean({ description: 'Print the access token and nothing else.' }),
    'force-new': Flags.boolean({ description: 'Open a new session of the agent even where one is live.' }),
  };

  protected override async report(): Promise<Report> {
    const resource = resourceOf(this.flags.resource);
    const { email } = this.flags;
    const operator = await this.operator('agents:token');
    const parent =
      email === undefined
        ? operator.session
        : (await operator.logins.login({ email, makeCurrent: false, proof: await this.#proofOf(email) }))
            .session;
    const session = await operator
      .get(Agents)
      .openSession(parent, this.args.agent, { forceNew: this.flags['force-new'], actor: operator.context });
    const token = await operator.get(AccessTokens).issue({ session, resource });
    if (this.flags['token-only']) return tokenReport(token, resource);
    return cardReport('Agent session', { ...sessionData(session), resource });
  }

  /** In production a session of somebody else's is opened, or used, with that user's proof or the passphrase. */
  async #proofOf(email: string) {
    const { app, configuration } = await this.platform();
    if (configuration.profile.mode === 'evaluation') return undefined;
    return this.secondProof((await app.get(Users).find(email.trim().toLowerCase()))?.id ?? null);
  }
}
