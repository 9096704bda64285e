import type { JsonObject } from '@gatehouse/kernel';
import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { McpEra } from '../upstream/protocol.ts';
import type { ServerDefinition } from './server-definition.ts';

interface Row {
  readonly server_name: string;
  readonly era: McpEra;
  readonly config_hash: string;
  readonly protocol_version: string;
  readonly server_info: JsonObject;
  readonly capabilities: JsonObject;
  readonly instructions: string | null;
  readonly tools: readonly JsonObject[];
  readonly resources: readonly JsonObject[];
  readonly resource_templates: readonly JsonObject[];
  readonly prompts: readonly JsonObject[];
  readonly left_out: number;
  readonly discovered_at: Date;
}

/** Reads and writes `mcp_server_definitions`. */
@Injectable()
export class ServerDefinitionQueries {
  readonly #dataSource: DataSource;

  constructor(dataSource: DataSource) {
    this.#dataSource = dataSource;
  }

  async all(): Promise<readonly ServerDefinition[]> {
    const rows: Row[] = await this.#dataSource.query('select * from mcp_server_definitions');
    return rows.map((row) => ({
      server: row.server_name,
      era: row.era,
      configHash: row.config_hash,
      protocolVersion: row.protocol_version,
      serverInfo: row.server_info,
      capabilities: row.capabilities,
      instructions: row.instructions,
      tools: row.tools,
      resources: row.resources,
      resourceTemplates: row.resource_templates,
      prompts: row.prompts,
      leftOut: row.left_out,
      discoveredAt: row.discovered_at,
    }));
  }

  /** Replaces all that is kept of one server. */
  async replace(server: string, definitions: readonly ServerDefinition[]): Promise<void> {
    await this.#dataSource.transaction(async (manager) => {
      // Two servers over one database may discover the same MCP server at once; the later one wins whole.
      await manager.query('select pg_advisory_xact_lock(hashtext($1))', [`mcp_server_definitions:${server}`]);
      await manager.query('delete from mcp_server_definitions where server_name = $1', [server]);
      for (const definition of definitions) await manager.query(INSERT, parametersOf(definition));
    });
  }
}

const INSERT = `
  insert into mcp_server_definitions (
    server_name, era, config_hash, protocol_version, server_info, capabilities, instructions,
    tools, resources, resource_templates, prompts, left_out, discovered_at
  ) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`;

function parametersOf(definition: ServerDefinition): readonly unknown[] {
  return [
    definition.server,
    definition.era,
    definition.configHash,
    definition.protocolVersion,
    JSON.stringify(definition.serverInfo),
    JSON.stringify(definition.capabilities),
    definition.instructions?.replaceAll('\0', '\ufffd') ?? null,
    JSON.stringify(definition.tools),
    JSON.stringify(definition.resources),
    JSON.stringify(definition.resourceTemplates),
    JSON.stringify(definition.prompts),
    definition.leftOut,
    definition.discoveredAt,
  ];
}
