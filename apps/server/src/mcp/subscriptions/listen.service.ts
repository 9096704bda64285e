import { Inject, Injectable } from '@nestjs/common';
import { GovernedCalls } from '../methods/governed-calls.service.ts';
import type { McpRequest } from '../methods/mcp-request.ts';
import { offeredCapabilities } from '../methods/offered-capabilities.ts';
import type { Refusal } from '../refusals/refusal.ts';
import type { Exchange } from '../streams/exchange.ts';
import { error, INVALID_PARAMS, type RpcAnswer, SERVER_ERROR } from '../wire/json-rpc.ts';
import { honoured, readListenFilter } from './listen-filter.ts';
import { ListenStream } from './listen-stream.ts';
import { ListenStreams } from './listen-streams.service.ts';

const NOTHING_WANTED: Refusal = {
  answer: error(INVALID_PARAMS, 'the request says nothing to listen for'),
  policy: 'input_invalid',
  reason: 'The parameters of the MCP method are not valid.',
  record: 'always',
};

const TOO_MANY: Refusal = {
  answer: {
    ...error(SERVER_ERROR, 'too many subscriptions are open', { status: 503 }),
    headers: { 'retry-after': '10' },
  },
  policy: 'rate_limited',
  reason: 'Too many subscriptions are open.',
  record: 'always',
};

/** `subscriptions/listen`: changed lists from here, changed resources from the caller's child, decided like a read. */
@Injectable()
export class Listen {
  constructor(
    @Inject(ListenStreams) private readonly streams: ListenStreams,
    @Inject(GovernedCalls) private readonly calls: GovernedCalls,
  ) {}

  /** Opens the stream; the answer when it is not opened. */
  async open(request: McpRequest, exchange: Exchange): Promise<RpcAnswer | undefined> {
    const { server, caller, definition, rpc } = request;
    const wanted = readListenFilter(rpc.params);
    if (wanted === undefined) return request.refuse(NOTHING_WANTED);
    const filter = honoured(wanted, offeredCapabilities(definition.capabilities, server));
    const { serverInfo } = definition;
    const { userId, sessionId } = caller.principal;
    const whose = { server: server.name, userId, sessionId };
    const stream = new ListenStream({ ...whose, exchange, id: rpc.id, filter, serverInfo });
    if (!this.streams.add(stream, caller)) {
      // To be told of lists is no call; resources that are watched are read.
      return filter.uris.length === 0 ? TOO_MANY.answer : request.refuse(TOO_MANY);
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
