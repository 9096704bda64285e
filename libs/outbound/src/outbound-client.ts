import { pipeline } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { CONFIGURATION, type Configuration } from '@gatehouse/config';
import { AppError } from '@gatehouse/kernel';
import { Inject, Injectable } from '@nestjs/common';
import { type DestinationPolicy, destinationPolicy } from './address/destination-policy.ts';
import { limitedBody } from './request/limited-body.ts';
import { openExchange, timedOut } from './request/open-exchange.ts';
import type { OutboundRequest, OutboundResponse, OutboundStream } from './request/outbound-request.ts';

/** The one way out of the process. */
@Injectable()
export class OutboundClient {
  readonly #policy: DestinationPolicy;

  constructor(@Inject(CONFIGURATION) configuration: Pick<Configuration, 'profile'>) {
    this.#policy = destinationPolicy(configuration.profile.outboundAllow);
  }

  /** Sends and reads the whole answer. @throws AppError `OUTBOUND_…` */
  send(request: OutboundRequest): Promise<OutboundResponse> {
    return sendOutbound(request, this.#policy);
  }

  /** Sends and resolves as soon as the answer begins. @throws AppError `OUTBOUND_…` */
  stream(request: OutboundRequest): Promise<OutboundStream> {
    return streamOutbound(request, this.#policy);
  }
}

/** What `OutboundClient.send` does, for processes without modules. */
export async function sendOutbound(
  request: OutboundRequest,
  policy: DestinationPolicy,
): Promise<OutboundResponse> {
  const started = performance.now();
  const { status, headers, body } = await streamOutbound(request, policy);
  const left = request.timeoutMs - (performance.now() - started);
  const late = setTimeout(() => body.destroy(timedOut()), Math.max(0, left));
  try {
    return { status, headers, body: await buffer(body) };
  } catch (error) {
    throw error instanceof AppError ? error : brokenOff(error);
  } finally {
    clearTimeout(late);
  }
}

/** What `OutboundClient.stream` does, for processes without modules. */
export async function streamOutbound(
  request: OutboundRequest,
  policy: DestinationPolicy,
): Promise<OutboundStream> {
  const answer = await openExchange(request, policy);
  const body = limitedBody(request.maxBytes);
  // What goes wrong from here on reaches the reader of the body.
  pipeline(answer, body, () => undefined);
  return { status: answer.statusCode ?? 0, headers: answer.headers, body };
}

function brokenOff(cause: unknown): AppError {
  return new AppError('OUTBOUND_BROKEN_OFF', 'the answer broke off', { owner: 'operator', cause });
}
