import { systemContext } from '@gatehouse/audit';
import { AppError, type RequestContext } from '@gatehouse/kernel';
import { type SealedVersion, SecretStore, type WardenStart, wardenStart } from '@gatehouse/secrets';
import { Inject, Injectable } from '@nestjs/common';
import type { RegisteredServer } from '../servers/registered-server.ts';
import { secretNamesOf } from './secret-names.ts';

/** The sealed secrets that a server lists, for the warden that will open them. */
@Injectable()
export class ServerSecrets {
  readonly #store: SecretStore;

  constructor(@Inject(SecretStore) store: SecretStore) {
    this.#store = store;
  }

  /**
   * How to start a process of a server that lists secrets; undefined for one that lists none. That they are opened is
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
    if (names.length === 0) return undefined;
    const versions = await this.#sealed(server, names);
    await this.#store.opening(versions, server.name, actor);
    const { places } = this.#store;
    return wardenStart({ places, versions, secrets: server.config.secrets, maxLineBytes });
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
