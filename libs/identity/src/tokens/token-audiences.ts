import { audienceOf, type Resource } from './resource.ts';

/** Which audience opens which door. A foreign server's audience opens none (claim M2). */
export class TokenAudiences {
  /** The installation's public URL without a slash at its end: the issuer of every access token. */
  readonly issuer: string;
  readonly hooks: string;
  readonly #api: string;
  readonly #servers = new Map<Resource, string>();

  constructor(publicUrl: string, mcpServers: Iterable<string>) {
    this.issuer = publicUrl.replace(/\/$/, '');
    this.#api = audienceOf(this.issuer, 'api');
    this.hooks = audienceOf(this.issuer, 'hooks');
    for (const name of mcpServers) this.#servers.set(`mcp/${name}`, audienceOf(this.issuer, `mcp/${name}`));
  }

  /** The one audience of a token for this resource, or undefined when there is no such resource. */
  of(resource: Resource): string | undefined {
    if (resource === 'api') return this.#api;
    if (resource === 'hooks') return this.hooks;
    if (resource === 'userinfo') return audienceOf(this.issuer, 'userinfo');
    return this.#servers.get(resource);
  }

  /** Whether a token with this audience is good for the resource. */
  accepts(resource: Resource, audience: string): boolean {
    if (resource === 'hooks' && audience === this.#api) return true;
    return this.of(resource) === audience;
  }
}
