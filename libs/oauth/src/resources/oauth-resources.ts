import { CONFIGURATION, type Configuration } from '@gatehouse/config';
import {
  API_SCOPE,
  audienceOf,
  listingScope,
  type Resource,
  serverScope,
  TokenAudiences,
} from '@gatehouse/identity';
import { Inject, Injectable } from '@nestjs/common';
import { scopesOf } from './scopes.ts';

/** What tokens can be had for: the API, and each MCP server as a protected resource of its own (RFC 8707). */
@Injectable()
export class OAuthResources {
  readonly issuer: string;
  readonly #byUrl = new Map<string, Resource>();
  readonly #byScope = new Map<string, Resource>();

  constructor(
    @Inject(TokenAudiences) audiences: TokenAudiences,
    @Inject(CONFIGURATION) { services }: Pick<Configuration, 'services'>,
  ) {
    this.issuer = audiences.issuer;
    this.#add('api', [API_SCOPE]);
    for (const name of services.mcpServers.keys()) {
      this.#add(`mcp/${name}`, [listingScope(name), serverScope(name)]);
    }
  }

  /** By its one URL, byte for byte; undefined for every other. */
  find(url: string): Resource | undefined {
    return this.#byUrl.get(url);
  }

  all(): Iterable<Resource> {
    return this.#byUrl.values();
  }

  /** The scopes of the resource at a URL; none where there is no resource. */
  scopesAt(url: string): readonly string[] {
    const resource = this.find(url);
    return resource === undefined ? [] : scopesOf(resource).map(({ scope }) => scope);
  }

  urlOf(resource: Resource): string {
    return audienceOf(this.issuer, resource);
  }

  scopeText(resource: Resource): string {
    return scopesOf(resource)
      .map(({ scope }) => scope)
      .join(' ');
  }

  /** For clients that name no resource: the one to which all the resource scopes that they ask for belong, if it is one. */
  implied(scopes: Iterable<string>): string | undefined {
    const meant = new Set<Resource>();
    for (const scope of scopes) {
      const resource = this.#byScope.get(scope);
      if (resource !== undefined) meant.add(resource);
    }
    const [only, ...more] = meant;
    return only === undefined || more.length > 0 ? undefined : this.urlOf(only);
  }

  #add(resource: Resource, scopes: readonly string[]): void {
    this.#byUrl.set(this.urlOf(resource), resource);
    for (const scope of scopes) this.#byScope.set(scope, resource);
  }
}
