import { SCANNER } from '@gatehouse/audit';
import type { JsonObject } from '@gatehouse/kernel';
import { McpDefinitions, type McpEra, type ServerDefinition } from '@gatehouse/mcp-spawner';
import type { OwnSecretScanner } from '@gatehouse/secret-scanner';
import { Inject, Injectable } from '@nestjs/common';

interface Shown {
  /** Of the scanner: with others, others are redacted. */
  readonly revision: number;
  readonly definition: ServerDefinition;
}

/**
 * What servers offer, as anybody may see it: without own secrets, which a server may have from another's output or
 * from a file. Each definition is looked through once for every set of secrets, not for every request.
 */
@Injectable()
export class ShownDefinitions {
  readonly #shown = new WeakMap<ServerDefinition, Shown>();

  constructor(
    @Inject(McpDefinitions) private readonly definitions: McpDefinitions,
    @Inject(SCANNER) private readonly scanner: OwnSecretScanner,
  ) {}

  /** Undefined when the server was never discovered. */
  forClient(server: string, era: McpEra): ServerDefinition | undefined {
    const kept = this.definitions.forClient(server, era);
    return kept === undefined || !this.scanner.knowsOwnSecrets ? kept : this.#redacted(kept);
  }

  #redacted(kept: ServerDefinition): ServerDefinition {
    const { revision } = this.scanner;
    const known = this.#shown.get(kept);
    if (known?.revision === revision) return known.definition;
    const redacted = (value: JsonObject) => this.scanner.redactOwn(value) as JsonObject;
    const definition: ServerDefinition = {
      ...kept,
      serverInfo: redacted(kept.serverInfo),
      capabilities: redacted(kept.capabilities),
      instructions: kept.instructions === null ? null : (this.scanner.redactOwn(kept.instructions) as string),
      tools: kept.tools.map(redacted),
      resources: kept.resources.map(redacted),
      resourceTemplates: kept.resourceTemplates.map(redacted),
      prompts: kept.prompts.map(redacted),
    };
    this.#shown.set(kept, { revision, definition });
    return definition;
  }
}
