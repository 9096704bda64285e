import { SCANNER } from '@gatehouse/audit';
import { CLIENT_CAPABILITIES_KEY, CLIENT_INFO_KEY, MODERN_VERSION } from '@gatehouse/mcp-spawner';
import type { Scanner } from '@gatehouse/secret-scanner';
import { Inject, Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { McpCallers, type Served } from './entry/mcp-callers.service.ts';
import { clientInfoOf } from './mcp-caller.ts';
import { McpMethods } from './methods/mcp-methods.service.ts';
import type { McpRequest } from './methods/mcp-request.ts';
import { relayedNotification } from './methods/relayed-notification.ts';
import { LOG_LEVEL_KEY, metaOf } from './methods/relayed-params.ts';
import { ShownDefinitions } from './methods/shown-definitions.service.ts';
import { RefusedRequests } from './refusals/refused-requests.service.ts';
import type { Exchange } from './streams/exchange.ts';
import { Listen } from './subscriptions/listen.service.ts';
import type { RpcAnswer, RpcRequest } from './wire/json-rpc.ts';
import { unsupportedVersion } from './wire/posted-message.ts';

/** Errors that revision 2026-07-28 gives an HTTP status of their own; every other stays within a 200. */
const STATUS: ReadonlyMap<unknown, number> = new Map([
  [-32_601, 404],
  [-32_020, 400],
  [-32_021, 400],
  [-32_022, 400],
]);

/** A request of that revision, and where its answer goes. */
interface ModernPost extends Served {
  readonly request: FastifyRequest;
  readonly exchange: Exchange;
  readonly rpc: RpcRequest;
}

/** Revision 2026-07-28: every request stands alone, and a client that goes away has cancelled it. */
@Injectable()
export class ModernWire {
  constructor(
    @Inject(ShownDefinitions) private readonly definitions: ShownDefinitions,
    @Inject(McpMethods) private readonly methods: McpMethods,
    @Inject(Listen) private readonly listen: Listen,
    @Inject(SCANNER) private readonly scanner: Scanner,
    @Inject(McpCallers) private readonly callers: McpCallers,
    @Inject(RefusedRequests) private readonly refused: RefusedRequests,
  ) {}

  async answer(posted: ModernPost): Promise<void> {
    const { server, caller, exchange, rpc } = posted;
    const definition = this.definitions.forClient(server.name, 'modern');
    if (definition === undefined) {
      exchange.answer(rpc.id, unsupportedVersion([]));
      return;
    }
    const meta = metaOf(rpc.params);
    const asked: McpRequest = {
      server,
      caller,
      era: 'modern',
      protocolVersion: MODERN_VERSION,
      definition,
      session: null,
      clientInfo: clientInfoOf(meta[CLIENT_INFO_KEY]),
      clientCapabilities: meta[CLIENT_CAPABILITIES_KEY],
      rpc,
      signal: exchange.clientGone,
      relay: (notification) => {
        const relayed = relayedNotification(this.scanner, notification, meta[LOG_LEVEL_KEY]);
        if (relayed !== undefined) exchange.notify(relayed);
      },
      refuse: (refusal) => this.refused.answer(posted.request, rpc, refusal),
      unauthorized: (problem) => this.callers.unauthorized(posted.request, problem),
    };
    const answer =
      rpc.method === 'subscriptions/listen'
        ? await this.listen.open(asked, exchange)
        : await this.methods.answer(asked);
    if (answer !== undefined) exchange.answer(rpc.id, withStatus(answer));
  }
}

function withStatus(answer: RpcAnswer): RpcAnswer {
  const status = 'error' in answer.body ? STATUS.get(answer.body.error.code) : undefined;
  return status === undefined ? answer : { ...answer, status };
}
