import { BlockList, isIP, isIPv4 } from 'node:net';
import { identityError } from '../identity-error.ts';

/** An address or a network as PostgreSQL's `cidr` writes it. */
export interface Network {
  readonly text: string;
  readonly address: string;
  readonly bits: number;
  readonly family: 'ipv4' | 'ipv6';
}

const MAPPED = /^::ffff:([0-9.]+)$/i;
/** Whoever bans these keeps the command line's own calls out, and the operator with them. */
const OWN = ['127.0.0.1', '::1'];

/** The address of a socket, in one spelling: a mapped IPv4 one as IPv4, without a zone. */
export function plainAddress(address: string): string {
  const plain = address.split('%', 1)[0]!;
  return MAPPED.exec(plain)?.[1] ?? plain;
}

/**
 * Reads `203.0.113.7`, `203.0.113.0/24`, `2001:db8::/32`. Bits behind the network's own are cleared.
 * @throws AppError `IDENTITY_NETWORK_INVALID`, `IDENTITY_NETWORK_OWN` for one that holds 127.0.0.1 or ::1
 */
export function networkOf(text: string): Network {
  const [given = '', length, ...more] = text.trim().split('/');
  const address = plainAddress(given);
  const family = isIP(address);
  const most = family === 4 ? 32 : 128;
  const bits = length === undefined ? most : /^[0-9]{1,3}$/.test(length) ? Number(length) : -1;
  // The whole Internet is no ban but an outage.
  if (family === 0 || more.length > 0 || bits < (family === 4 ? 8 : 16) || bits > most || address !== given) {
    throw identityError('IDENTITY_NETWORK_INVALID');
  }
  const network: Network = {
    text: `${address}/${bits}`,
    address,
    bits,
    family: family === 4 ? 'ipv4' : 'ipv6',
  };
  const list = blockListOf([network]);
  if (OWN.some((own) => isListed(list, own))) throw identityError('IDENTITY_NETWORK_OWN');
  return network;
}

export function blockListOf(networks: readonly Network[]): BlockList {
  const list = new BlockList();
  for (const { address, bits, family } of networks) list.addSubnet(address, bits, family);
  return list;
}

/** What is no address is on no list. */
export function isListed(list: BlockList, address: string): boolean {
  const plain = plainAddress(address);
  return isIP(plain) !== 0 && list.check(plain, isIPv4(plain) ? 'ipv4' : 'ipv6');
}
