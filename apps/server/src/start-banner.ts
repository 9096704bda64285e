import type { Configuration } from '@gatehouse/config';
import type { GatehouseServer } from './gatehouse-server.ts';

/** What `npm start` says when calls can be decided: the address, the mode, and what to try next. */
export function startBanner({ profile, services }: Configuration, server: GatehouseServer): string {
  const mode =
    profile.mode === 'evaluation'
      ? 'evaluation mode: sessions open without a further proof on this machine; not for production'
      : 'production mode: logins and changes at the command line need a second proof: the operator passphrase, or a passkey';
  const [first] = services.mcpServers.keys();
  const next =
    first === undefined
      ? 'npx gatehouse admin session login --email admin@localhost'
      : `npx gatehouse plugins mcp tools --server ${first}`;
  const link =
    server.firstAdminLink === null
      ? ''
      : `\n  log in as administrator, once and within 10 minutes: ${server.firstAdminLink.reveal()}`;
  return `\n  Gatehouse listens on ${server.url}\n  ${mode}${link}\n  next: ${next}\n\n`;
}
