import { BlockList, isIP, isIPv4 } from 'node:net';
import type { Profile } from '@gatehouse/config';
import { plainAddress } from '@gatehouse/identity';
import type { FastifyInstance, FastifyRequest } from 'fastify';

declare module 'fastify' {
  interface FastifyRequest {
    /** Where the request comes from: the socket's other end, or what a configured proxy says of it. */
    clientAddress: string;
  }
}

/** Where a request comes from, given the proxies that are believed. */
export type ClientAddress = (request: Pick<FastifyRequest, 'socket' | 'headers'>) => string;

/** A list that long was not made by proxies. */
const MAX_HOPS = 32;

/**
 * The socket's other end. Only where that is a configured proxy, what `X-Forwarded-For` says: read from its end, the
 * first address that is no such proxy. Whatever stands before it was sent by the client, and counts for nothing.
 */
export function clientAddressBehind(proxies: readonly string[]): ClientAddress {
  if (proxies.length === 0) return ({ socket }) => plainAddress(socket.remoteAddress ?? '');
  const trusted = new BlockList();
  for (const proxy of proxies) {
    const [address = '', bits] = proxy.split('/');
    const family = isIPv4(address) ? 'ipv4' : 'ipv6';
    trusted.addSubnet(address, bits === undefined ? (family === 'ipv4' ? 32 : 128) : Number(bits), family);
  }
  const isProxy = (address: string) => trusted.check(address, isIPv4(address) ? 'ipv4' : 'ipv6');
  return ({ socket, headers }) => {
    let address = plainAddress(socket.remoteAddress ?? '');
    const forwarded = headers['x-forwarded-for'];
    if (isIP(address) === 0 || typeof forwarded !== 'string') return address;
    const hops = forwarded.split(',').slice(-MAX_HOPS);
    while (isProxy(address)) {
      const hop = plainAddress(hops.pop()?.trim() ?? '');
      if (isIP(hop) === 0) return address;
      address = hop;
    }
    return address;
  };
}

/** Before everything else that asks for the address. */
export function installClientAddress(fastify: FastifyInstance, { trustedProxies }: Profile): void {
  const addressOf = clientAddressBehind(trustedProxies);
  fastify.decorateRequest('clientAddress', '');
  fastify.addHook('onRequest', (request, _reply, done) => {
    request.clientAddress = addressOf(request);
    done();
  });
}
