import {
  CLIENT_INFO_KEY,
  McpDefinitions,
  MODERN_VERSION,
  type RegisteredServer,
} from '@gatehouse/mcp-spawner';
import { Inject, Injectable } from '@nestjs/common';
import { clientInfoOf, type McpCaller } from './mcp-caller.ts';
import { McpMethods } from './methods/mcp-methods.service.ts';
import { metaOf } from './methods/relayed-params.ts';
import type { Exchange } from './wire/exchange.ts';
import type { RpcAnswer, RpcRequest } from './wire/json-rpc.ts';
import { unsupportedVersion } from './wire/posted-message.ts';

/** Errors that revision 2026-07-28 gives an HTTP status of their own; every other stays within a 200. */
const STATUS: ReadonlyMap<unknown, number> = new Map([
  [-32_601, 404],
  [-32_020, 400],
  [-32_021, 400],
  [-32_022, 400],
]);

/** Revision 2026-07-28: every request stands alone, and a client that goes away has cancelled it. */
@Injectable()
export class ModernWire {
  constructor(
    @Inject(McpDefinitions) private readonly definitions: McpDefinitions,
    @Inject(McpMethods) private readonly methods: McpMethods,
  ) {}

  async answer(posted: {
    readonly server: RegisteredServer;
    readonly caller: McpCaller;
    readonly exchange: Exchange;
    readonly rpc: RpcRequest;
    readonly unauthorized: () => RpcAnswer;
  }): Promise<void> {
    const { server, caller, exchange, rpc } = posted;
    const definition = this.definitions.find(server.name, 'modern');
    if (definition === undefined) {
      exchange.answer(rpc.id, unsupportedVersion([]));
      return;
    }
    const answer = await this.methods.answer(
      {
        server,
        caller,
        era: 'modern',
        protocolVersion: MODERN_VERSION,
        session: null,
        clientInfo: clientInfoOf(metaOf(rpc.params)[CLIENT_INFO_KEY]),
        rpc,
        signal: exchange.clientGone,
        notify: (notification) => exchange.notify(notification),
      },
      definition,
    );
    exchange.answer(rpc.id, answer === 'unauthorized' ? posted.unauthorized() : withStatus(answer));
  }
}

function withStatus(answer: RpcAnswer): RpcAnswer {
  const status = 'error' in answer.body ? STATUS.get(answer.body.error.code) : undefined;
  return status === undefined ? answer : { ...answer, status };
}
