import { systemContext } from '@gatehouse/audit';
import { CONFIGURATION, type Configuration } from '@gatehouse/config';
import { AppError, type RequestContext } from '@gatehouse/kernel';
import {
  egressStart,
  type SealedVersion,
  SecretStore,
  type WardenStart,
  wardenStart,
} from '@gatehouse/secrets';
import { Inject, Injectable } from '@nestjs/common';
import type { RegisteredServer } from '../servers/registered-server.ts';
import { secretNamesOf } from './secret-names.ts';

/** The sealed secrets that a server lists, for the warden that will open them. */
@Injectable()
export class ServerSecrets {
  readonly #store: SecretStore;
  readonly #configuration: Pick<Configuration, 'profile'>;

  constructor(
    @Inject(SecretStore) store: SecretStore,
    @Inject(CONFIGURATION) configuration: Pick<Configuration, 'profile'>,
  ) {
    this.#store = store;
    this.#configuration = configuration;
  }

  /**
   * How to start a process of a server that lists secrets, or that is remote; undefined for any other. That they are opened is
   * on record before they are.
   *
   * @throws AppError `MCP_SPAWNER_NEEDS_SECRET` when one of them is not set
   */
  async wardenFor(
    server: RegisteredServer,
    maxLineBytes: number,
    actor: RequestContext = systemContext(),
  ): Promise<WardenStart | undefined> {
    const names = secretNamesOf(server.config);
    const { url, headers, secrets, limits } = server.config;
    if (names.length === 0 && url === null) return undefined;
    const versions = await this.#sealed(server, names);
    if (versions.length > 0) await this.#store.opening(versions, server.name, actor);
    const { places } = this.#store;
    if (url === null) return wardenStart({ places, versions, secrets, maxLineBytes });
    const { outboundAllow } = this.#configuration.profile;
    const { timeoutMs } = limits;
    return egressStart({
      places,
      versions,
      target: { url, headers },
      outboundAllow,
      timeoutMs,
      maxLineBytes,
    });
  }

  async #sealed(server: RegisteredServer, names: readonly string[]): Promise<readonly SealedVersion[]> {
    const { versions, missing } = await this.#store.sealed(names);
    const [first] = missing;
    if (first === undefined) return versions;
    throw new AppError(
      'MCP_SPAWNER_NEEDS_SECRET',
      `MCP server ${server.name} needs the secret ${first}, which is not set: gatehouse cloud secrets set ${first}`,
      { owner: 'operator' },
    );
  }
}
