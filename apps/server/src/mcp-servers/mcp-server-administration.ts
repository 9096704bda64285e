import { AuditLog, SCANNER } from '@gatehouse/audit';
import { contextOf } from '@gatehouse/governance';
import type { Principal } from '@gatehouse/identity';
import { AppError, type JsonObject } from '@gatehouse/kernel';
import { ChildPool, McpDefinitions, type McpServerStatus, McpServers } from '@gatehouse/mcp-spawner';
import type { Scanner } from '@gatehouse/secret-scanner';
import { Inject, Injectable } from '@nestjs/common';
import { redactLines } from './redact-lines.ts';

export interface McpServerLogLine {
  readonly at: string;
  readonly pid: number;
  readonly text: string;
}

/** What operators see of MCP servers and do to them. */
@Injectable()
export class McpServerAdministration {
  constructor(
    @Inject(McpServers) private readonly servers: McpServers,
    @Inject(McpDefinitions) private readonly definitions: McpDefinitions,
    @Inject(ChildPool) private readonly pool: ChildPool,
    @Inject(AuditLog) private readonly audit: AuditLog,
    @Inject(SCANNER) private readonly scanner: Scanner,
  ) {}

  status(): readonly McpServerStatus[] {
    return this.servers.status();
  }

  /** @throws AppError `MCP_SERVER_UNKNOWN` */
  tools(name: string): readonly JsonObject[] {
    this.#known(name);
    const [era] = this.definitions.eras(name);
    return era === undefined ? [] : (this.definitions.find(name, era)?.tools ?? []);
  }

  /**
   * What the server's processes last wrote to standard error, oldest first, credentials redacted: also those that
   * are spread over lines.
   * @throws AppError `MCP_SERVER_UNKNOWN`
   */
  logs(name: string): readonly McpServerLogLine[] {
    this.#known(name);
    const lines = this.servers.stderr(name);
    const texts = redactLines(
      this.scanner,
      lines.map(({ text }) => text),
    );
    return lines.map(({ at, pid }, index) => ({
      at: new Date(at).toISOString(),
      pid,
      text: texts[index] ?? '',
    }));
  }

  /** Ends every process of the server and discovers it anew; a row first. */
  async restart(name: string, caller: Principal): Promise<McpServerStatus> {
    this.#known(name);
    await this.audit.record({
      event: 'admin.mcp_server_restarted',
      context: contextOf({ ok: true, principal: caller }, {}),
      action: 'POST /api/v1/mcp-servers/{name}/restart',
      decision: 'allow',
      policy: 'not_applicable',
      reason: 'An operator restarts an MCP server.',
      detail: { server: name },
    });
    await this.pool.endAll(name);
    await this.definitions.refresh(name);
    return this.servers.find(name)!.status();
  }

  #known(name: string): void {
    if (this.servers.find(name) !== undefined) return;
    throw new AppError('MCP_SERVER_UNKNOWN', 'No MCP server of that name is configured.', {
      hint: `configured: ${this.servers.names().join(', ')}`,
    });
  }
}
