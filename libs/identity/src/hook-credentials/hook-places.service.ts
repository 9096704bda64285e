import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';

/** Once so many places are on record there is nothing more to learn from another. */
const MAX_PLACES = 16;

/** What a place is among those where a credential was seen: known, its first, one more, or past counting. */
export type Sighting = 'known' | 'first' | 'another' | 'too_many';

/** Where hook credentials were seen, over all servers and restarts (threat T4). Only hashes are kept. */
@Injectable()
export class HookPlaces {
  constructor(private readonly dataSource: DataSource) {}

  /** One at a time for a credential, so that of two first places at two servers one is another. */
  async note(credentialId: string, place: string): Promise<Sighting> {
    const hash = createHash('sha256').update(`gatehouse hook place\n${place}`).digest();
    return this.dataSource.transaction(async (manager) => {
      await manager.query('select pg_advisory_xact_lock(1735159916, hashtext($1))', [
        `hook_credential_places ${credentialId}`,
      ]);
      const [seen] = await manager.query<{ count: number; known: boolean }[]>(
        `select count(*)::int as count, coalesce(bool_or(place_hash = $2), false) as known
         from hook_credential_places where credential_id = $1`,
        [credentialId, hash],
      );
      const { count, known } = seen!;
      if (known) return 'known';
      if (count >= MAX_PLACES) return 'too_many';
      await manager.query('insert into hook_credential_places (credential_id, place_hash) values ($1, $2)', [
        credentialId,
        hash,
      ]);
      return count === 0 ? 'first' : 'another';
    });
  }
}
