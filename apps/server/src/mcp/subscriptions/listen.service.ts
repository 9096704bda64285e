import { Inject, Injectable } from '@nestjs/common';
import { GovernedCalls } from '../methods/governed-calls.service.ts';
import type { McpRequest } from '../methods/mcp-request.ts';
import { offeredCapabilities } from '../methods/offered-capabilities.ts';
import type { Exchange } from '../streams/exchange.ts';
import { error, INVALID_PARAMS, type RpcAnswer, SERVER_ERROR } from '../wire/json-rpc.ts';
import { honoured, readListenFilter } from './listen-filter.ts';
import { ListenStream } from './listen-stream.ts';
import { ListenStreams } from './listen-streams.service.ts';

/** `subscriptions/listen`: changed lists from here, changed resources from the caller's child, decided like a read. */
@Injectable()
export class Listen {
  constructor(
    @Inject(ListenStreams) private readonly streams: ListenStreams,
    @Inject(GovernedCalls) private readonly calls: GovernedCalls,
  ) {}

  /** Opens the stream; the answer when it is not opened. */
  async open(request: McpRequest, exchange: Exchange): Promise<RpcAnswer | 'unauthorized' | undefined> {
    const { server, caller, definition, rpc } = request;
    const wanted = readListenFilter(rpc.params);
    if (wanted === undefined) return error(INVALID_PARAMS, 'the request says nothing to listen for');
    const filter = honoured(wanted, offeredCapabilities(definition.capabilities, server));
    const { serverInfo } = definition;
    const { userId, sessionId } = caller.principal;
    const whose = { server: server.name, userId, sessionId };
    const stream = new ListenStream({ ...whose, exchange, id: rpc.id, filter, serverInfo });
    if (!this.streams.add(stream, caller)) {
      const full = error(SERVER_ERROR, 'too many subscriptions are open', { status: 503 });
      return { ...full, headers: { 'retry-after': '10' } };
    }
    exchange.clientGone.addEventListener('abort', () => stream.drop(), { once: true });
    if (filter.uris.length > 0) {
      const refused = await this.calls.listen(request, filter.uris, stream);
      if (refused !== undefined) {
        stream.drop();
        return refused;
      }
    }
    stream.acknowledge();
    if (filter.lists.length === 0 && filter.uris.length === 0) stream.end();
    return undefined;
  }
}
