import { AuditLog, SCANNER } from '@gatehouse/audit';
import { contextOf } from '@gatehouse/governance';
import type { Principal } from '@gatehouse/identity';
import { AppError, type JsonObject } from '@gatehouse/kernel';
import {
  ChildPool,
  type DescribedDrift,
  describedDrift,
  driftHash,
  flagsOf,
  type LineLevel,
  lineLevel,
  McpDefinitions,
  McpPins,
  type McpServerStatus,
  McpServers,
} from '@gatehouse/mcp-spawner';
import type { OwnSecretScanner } from '@gatehouse/secret-scanner';
import { Inject, Injectable } from '@nestjs/common';
import { redactLines } from './redact-lines.ts';

export interface McpServerLogLine {
  readonly seq: number;
  readonly at: string;
  readonly pid: number;
  /** As the line says of itself. */
  readonly level: LineLevel;
  readonly text: string;
}

/** Of a line as it is shown. */
const MAX_LINE_CHARACTERS = 2_048;

/** What waits for approval at a server, and what an approval of it has to name. */
export interface McpServerChanges {
  readonly server: string;
  /** Null where nothing waits. */
  readonly hash: string | null;
  readonly changes: readonly DescribedDrift[];
}

/** A server's status, and how much of it is held or flagged. */
export interface ReviewedServer extends McpServerStatus {
  readonly held: number;
  readonly flagged: readonly string[];
}

/** Whether a server starts and says what it offers. */
export interface McpServerVerdict {
  readonly name: string;
  readonly valid: boolean;
  readonly problem: string | null;
  readonly eras: readonly string[];
  readonly tools: number;
  readonly server_info: JsonObject | null;
  readonly latency_ms: number;
}

/** What operators see of MCP servers and do to them. */
@Injectable()
export class McpServerAdministration {
  constructor(
    @Inject(McpServers) private readonly servers: McpServers,
    @Inject(McpDefinitions) private readonly definitions: McpDefinitions,
    @Inject(McpPins) private readonly pins: McpPins,
    @Inject(ChildPool) private readonly pool: ChildPool,
    @Inject(AuditLog) private readonly audit: AuditLog,
    @Inject(SCANNER) private readonly scanner: OwnSecretScanner,
  ) {}

  status(): readonly ReviewedServer[] {
    return this.servers.status().map((status) => this.#reviewed(status));
  }

  /** @throws AppError `MCP_SERVER_UNKNOWN` */
  changes(name: string): McpServerChanges {
    this.#known(name);
    const drift = this.pins.held(name);
    return {
      server: name,
      hash: drift.length > 0 ? driftHash(drift) : null,
      changes: drift.map((change) => this.#shown(describedDrift(change))),
    };
  }

  /**
   * Approves the changes that `hash` stands for; a row first. An approved program is then asked what it offers, which
   * may be held in turn.
   *
   * @throws AppError `MCP_SERVER_UNKNOWN`, `MCP_SPAWNER_CHANGES_CONFLICT`
   */
  async approve(name: string, hash: string, caller: Principal): Promise<McpServerChanges> {
    this.#known(name);
    const approvesProgram = this.pins.held(name).some(({ kind }) => kind === 'program');
    await this.pins.approve(name, hash, contextOf({ ok: true, principal: caller }, {}));
    if (approvesProgram) await this.definitions.refresh(name);
    this.definitions.announce(name);
    return this.changes(name);
  }

  /** @throws AppError `MCP_SERVER_UNKNOWN` */
  tools(name: string): readonly JsonObject[] {
    this.#known(name);
    const [era] = this.definitions.eras(name);
    return era === undefined
      ? []
      : (this.definitions.find(name, era)?.tools ?? []).map((tool) => this.#shown(tool));
  }

  /**
   * What the server's processes last wrote to standard error, oldest first, credentials redacted: also those that
   * are spread over lines. `after`: only what came after the line of that number.
   * @throws AppError `MCP_SERVER_UNKNOWN`
   */
  logs(name: string, after = 0): readonly McpServerLogLine[] {
    this.#known(name);
    const lines = this.servers.stderr(name);
    const texts = redactLines(
      this.scanner,
      lines.map(({ text }) => text),
    );
    const shown = lines.map(({ seq, at, pid }, index) => {
      const text = shortened(texts[index] ?? '');
      return { seq, at: new Date(at).toISOString(), pid, level: lineLevel(text), text };
    });
    return shown.filter(({ seq }) => seq > after);
  }

  /**
   * Starts the server once, asks what it offers, and ends it; nothing is kept.
   * @throws AppError `MCP_SERVER_UNKNOWN`
   */
  async validate(name: string): Promise<McpServerVerdict> {
    this.#known(name);
    const startedAt = performance.now();
    const verdict = await this.definitions.probe(name);
    return { name, ...this.#shown(verdict), latency_ms: Math.round(performance.now() - startedAt) };
  }

  /** Ends every process of the server and discovers it anew; a row first. */
  async restart(name: string, caller: Principal): Promise<ReviewedServer> {
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
    return this.#reviewed(this.servers.find(name)!.status());
  }

  #reviewed(status: McpServerStatus): ReviewedServer {
    const flagged = this.tools(status.name).filter((tool) => flagsOf(tool).length > 0);
    return {
      ...status,
      held: this.pins.held(status.name).length,
      flagged: flagged.flatMap(({ name }) => (typeof name === 'string' ? [name] : [])),
    };
  }

  /** As an operator may see it: without own secrets. */
  #shown<T extends object>(described: T): T {
    return this.scanner.redactOwn(described as JsonObject) as T;
  }

  #known(name: string): void {
    if (this.servers.find(name) !== undefined) return;
    throw new AppError('MCP_SERVER_UNKNOWN', 'No MCP server of that name is configured.', {
      hint: `configured: ${this.servers.names().join(', ')}`,
    });
  }
}

/** After the redaction, which has to see whole lines. */
function shortened(line: string): string {
  return line.length > MAX_LINE_CHARACTERS ? `${line.slice(0, MAX_LINE_CHARACTERS)}…` : line;
}
