import { parseStrictJson } from '@gatehouse/kernel';
import { Inject, Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { FAILED, unreadableBody, unreadBody } from './entry/entry-refusals.ts';
import { McpCallers } from './entry/mcp-callers.service.ts';
import { PostedRequests } from './entry/posted-requests.service.ts';
import { LegacyWire } from './legacy/legacy-wire.service.ts';
import { SessionStreamDoor } from './legacy/session-streams.service.ts';
import { McpMessageCounts } from './message-counts.ts';
import { ModernWire } from './modern-wire.service.ts';
import { isRefusal, type Refusal } from './refusals/refusal.ts';
import { RefusedRequests } from './refusals/refused-requests.service.ts';
import { Exchange } from './streams/exchange.ts';
import { idOf } from './wire/json-rpc.ts';

type Parsed = ReturnType<typeof parseStrictJson>;

/** The MCP endpoint of every server: who calls, what was posted, and which wire answers it. */
@Injectable()
export class McpDoor {
  constructor(
    @Inject(McpCallers) private readonly callers: McpCallers,
    @Inject(PostedRequests) private readonly posts: PostedRequests,
    @Inject(RefusedRequests) private readonly refused: RefusedRequests,
    @Inject(LegacyWire) private readonly legacy: LegacyWire,
    @Inject(SessionStreamDoor) private readonly streams: SessionStreamDoor,
    @Inject(ModernWire) private readonly modern: ModernWire,
    @Inject(McpMessageCounts) private readonly counts: McpMessageCounts,
  ) {}

  /** Answers one POST; never throws. */
  post(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const exchange = new Exchange(reply);
    const body = parseStrictJson(Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0));
    return this.#post(request, exchange, body).catch(() => this.#fail(request, exchange, body));
  }

  /** A body that could not even be read is on record, but that of an unknown caller (threat T6). */
  async refuseBody(
    request: FastifyRequest,
    reply: FastifyReply,
    status: number,
    told: string,
  ): Promise<void> {
    const caller = await this.callers.authenticate(request);
    const refusal = isRefusal(caller) ? caller : unreadBody(status, told);
    new Exchange(reply).answer(null, await this.refused.answer(request, undefined, refusal));
  }

  /** The stream of an MCP session, for what belongs to no request. */
  async get(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const served = await this.callers.serve(request);
    const exchange = new Exchange(reply);
    if (isRefusal(served)) exchange.answer(null, served.answer);
    else this.streams.listen(request, reply, exchange, served);
  }

  async delete(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const served = await this.callers.serve(request);
    const exchange = new Exchange(reply);
    if (isRefusal(served)) exchange.answer(null, served.answer);
    else await this.legacy.end(request, exchange, served);
  }

  async #post(request: FastifyRequest, exchange: Exchange, body: Parsed): Promise<void> {
    const known = this.callers.serve(request);
    const served = known instanceof Promise ? await known : known;
    if (isRefusal(served)) {
      await this.#refuse(request, exchange, body, served);
      return;
    }
    if (body.ok) this.counts.add(body.value);
    const posted = body.ok ? this.posts.read(request, served, body.value) : unreadableBody(body.problem);
    if (isRefusal(posted)) await this.#refuse(request, exchange, body, posted);
    else if (posted.kind === 'modern_request') {
      await this.modern.answer({ ...served, request, exchange, rpc: posted.request });
    } else if (posted.kind === 'notification' && posted.modern) exchange.accept();
    else await this.legacy.answer({ ...served, request, exchange, posted });
  }

  async #refuse(request: FastifyRequest, exchange: Exchange, body: Parsed, refusal: Refusal): Promise<void> {
    const message = body.ok ? body.value : undefined;
    exchange.answer(idOf(message), await this.refused.answer(request, message, refusal));
  }

  /** Where the record fails too, the answer does not wait for it. */
  async #fail(request: FastifyRequest, exchange: Exchange, body: Parsed): Promise<void> {
    const message = body.ok ? body.value : undefined;
    const recorded = this.refused.answer(request, message, FAILED).catch(() => FAILED.answer);
    exchange.answer(idOf(message), await recorded);
  }
}
