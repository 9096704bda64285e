import { AccessTokens, Users } from '@gatehouse/identity';
import { given } from '@gatehouse/kernel';
import { Flags } from '@oclif/core';
import { GatehouseCommand } from '../../../gatehouse-command.ts';
import type { Report } from '../../../report/report.ts';
import { tokenReport } from '../../../report/token-report.ts';
import { resourceOf } from '../../../session/resource-of.ts';
import { loginReport } from '../../../session/session-report.ts';

const HOUR_MS = 3_600_000;

export default class AdminSessionLogin extends GatehouseCommand<typeof AdminSessionLogin> {
  static override readonly commandTool = 'never';
  static override summary = 'Log in, and print a token for scripts where that is wanted.';
  static override description =
    'Uses the live session of this user again where there is one. In evaluation mode no further proof is needed; in production one is: the operator passphrase, typed or from the file that GATEHOUSE_OPERATOR_PASSPHRASE_FILE names, or with --browser a passkey or one-time link of the user, at a page of the running server. With --token-only the user who is logged in stays the same.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> --email admin@localhost',
    'TOKEN=$(<%= config.bin %> <%= command.id %> --email maya@example.test --resource mcp/filesystem --token-only)',
    '<%= config.bin %> <%= command.id %> --email jon@example.test --force-new --duration-hours 1',
    '<%= config.bin %> <%= command.id %> --email you@example.com --browser',
  ];
  static override flags = {
    email: Flags.string({ required: true, description: 'Who logs in.' }),
    resource: Flags.string({
      default: 'api',
      description: 'What the token is good for: api, hooks or mcp/<server>.',
    }),
    'token-only': Flags.boolean({ description: 'Print an access token and nothing else.' }),
    'force-new': Flags.boolean({ description: 'Open a new session even where one is live.' }),
    'duration-hours': Flags.integer({
      min: 1,
      max: 24,
      description: 'How long the session lasts; opens a new one.',
    }),
  };

  protected override async report(): Promise<Report> {
    const resource = resourceOf(this.flags.resource);
    const hours = this.flags['duration-hours'];
    const tokenOnly = this.flags['token-only'];
    const logins = await this.logins();
    const { user, session } = await logins.login({
      email: this.flags.email,
      forceNew: this.flags['force-new'],
      makeCurrent: !tokenOnly,
      proof: await this.#proof(),
      ...given({ durationMs: hours === undefined ? undefined : hours * HOUR_MS }),
    });
    const { app } = await this.platform();
    if (!tokenOnly) return loginReport('Logged in', { user, session });
    return tokenReport(await app.get(AccessTokens).issue({ session, resource }), resource);
  }

  async #proof() {
    const { app, configuration } = await this.platform();
    if (configuration.profile.mode === 'evaluation') return undefined;
    const user = await app.get(Users).find(this.flags.email.trim().toLowerCase());
    return this.secondProof(user?.id ?? null);
  }
}
