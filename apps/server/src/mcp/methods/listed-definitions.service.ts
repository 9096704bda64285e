import { BUILT_IN_SERVER } from '@gatehouse/config';
import { LivePolicy } from '@gatehouse/governance';
import type { Principal } from '@gatehouse/identity';
import type { JsonObject } from '@gatehouse/kernel';
import {
  LATEST_LEGACY_VERSION,
  LEGACY_VERSIONS,
  McpPins,
  MODERN_VERSION,
  type RegisteredServer,
  type ServerDefinition,
} from '@gatehouse/mcp-spawner';
import { Inject, Injectable } from '@nestjs/common';
import { BuiltInMcpServer } from '../built-in/built-in-server.service.ts';
import { actionOf } from './governed-method.ts';
import { needsTask } from './needs-task.ts';
import { offeredCapabilities } from './offered-capabilities.ts';

/** What a caller is told of a server: the kept definitions, less what it may not call and what is held. Starts nothing. */
@Injectable()
export class ListedDefinitions {
  constructor(
    @Inject(LivePolicy) private readonly policy: LivePolicy,
    @Inject(McpPins) private readonly pins: McpPins,
    @Inject(BuiltInMcpServer) private readonly builtIn: BuiltInMcpServer,
  ) {}

  /** The result of `initialize`. The child will speak this very revision, or an older one if that is all it has. */
  hello(server: RegisteredServer, definition: ServerDefinition, requestedVersion: unknown): JsonObject {
    return {
      protocolVersion: negotiated(requestedVersion, definition.protocolVersion),
      capabilities: offeredCapabilities(definition.capabilities, server),
      serverInfo: definition.serverInfo,
      ...this.#instructions(definition),
    };
  }

  /** The result of `server/discover`. */
  discovery(server: RegisteredServer, definition: ServerDefinition): JsonObject {
    return {
      supportedVersions: [MODERN_VERSION, ...LEGACY_VERSIONS],
      capabilities: offeredCapabilities(definition.capabilities, server),
      ...this.#instructions(definition),
    };
  }

  /** Held instructions reach no model. */
  #instructions({ server, instructions }: ServerDefinition): JsonObject {
    return instructions === null || this.pins.isHeld(server, 'instructions', '') ? {} : { instructions };
  }

  /** The result of a list method, whole; undefined for a method that is none. */
  list(
    method: string,
    { definition }: { readonly definition: ServerDefinition },
    caller: Principal,
  ): JsonObject | undefined {
    const { server } = definition;
    const may = (tool: unknown): boolean =>
      typeof tool === 'string' &&
      (server !== BUILT_IN_SERVER || this.builtIn.isFor(caller, tool)) &&
      this.policy.current().access.mayCall(caller, actionOf(server, tool), server).allowed;
    const isIn = (kind: 'tool' | 'prompt', name: unknown): boolean =>
      typeof name === 'string' && !this.pins.isHeld(server, kind, name);
    switch (method) {
      case 'tools/list':
        return {
          tools: definition.tools.filter(
            (tool) => may(tool.name) && isIn('tool', tool.name) && !needsTask(tool),
          ),
        };
      case 'resources/list':
        return { resources: may('resources/read') ? definition.resources : [] };
      case 'resources/templates/list':
        return { resourceTemplates: may('resources/read') ? definition.resourceTemplates : [] };
      case 'prompts/list':
        return {
          prompts: may('prompts/get') ? definition.prompts.filter(({ name }) => isIn('prompt', name)) : [],
        };
      default:
        return undefined;
    }
  }
}

function negotiated(requested: unknown, newestOfChild: string): string {
  const newest = LEGACY_VERSIONS.includes(newestOfChild) ? newestOfChild : LATEST_LEGACY_VERSION;
  const isKnown = typeof requested === 'string' && LEGACY_VERSIONS.includes(requested);
  return isKnown && requested <= newest ? requested : newest;
}
