import type { JsonObject } from '@gatehouse/kernel';
import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { Pin, PinKind, Subject } from './pin.ts';

interface Row {
  readonly server_name: string;
  readonly kind: PinKind;
  readonly name: string;
  readonly hash: string;
  readonly content: JsonObject;
  readonly pinned_at: Date;
  readonly approved_by: string | null;
}

const INSERT = `
  insert into mcp_pins (server_name, kind, name, hash, content, pinned_at, approved_by)
  values ($1, $2, $3, $4, $5, $6, $7) on conflict do nothing`;

/** Reads and writes `mcp_pins`. */
@Injectable()
export class PinQueries {
  readonly #dataSource: DataSource;

  constructor(dataSource: DataSource) {
    this.#dataSource = dataSource;
  }

  /** All of a server, or those of one kind. */
  async of(server: string, kind: PinKind | null = null): Promise<readonly Pin[]> {
    const rows: Row[] = await this.#dataSource.query(
      `select * from mcp_pins where server_name = $1 and ($2::text is null or kind = $2)
       order by kind, name, pinned_at, hash`,
      [server, kind],
    );
    return rows.map((row) => ({
      server: row.server_name,
      kind: row.kind,
      name: row.name,
      hash: row.hash,
      content: row.content,
      pinnedAt: row.pinned_at,
      approvedBy: row.approved_by,
    }));
  }

  /** Puts these in the place of whatever was approved under their names. */
  async replace(server: string, subjects: readonly Subject[], approvedBy: string | null): Promise<void> {
    const pinnedAt = new Date();
    await this.#dataSource.transaction(async (manager) => {
      await manager.query('select pg_advisory_xact_lock(hashtext($1))', [`mcp_pins:${server}`]);
      for (const { kind, name } of subjects) {
        await manager.query('delete from mcp_pins where server_name = $1 and kind = $2 and name = $3', [
          server,
          kind,
          name,
        ]);
      }
      for (const { kind, name, hash, content } of subjects) {
        const values = [server, kind, name, hash, JSON.stringify(content), pinnedAt, approvedBy];
        await manager.query(INSERT, values);
      }
    });
  }
}
