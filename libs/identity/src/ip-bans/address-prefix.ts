import { isIPv4, isIPv6 } from 'node:net';

/**
 * The network that an address is counted by: /24 of IPv4, /64 of IPv6, which is what one subscriber usually has.
 * `address` as the socket says it; what is none is one network, `unknown`.
 */
export function addressPrefix(address: string): string {
  const plain = address.split('%', 1)[0]!;
  const mapped = /^::ffff:([0-9.]+)$/i.exec(plain)?.[1] ?? plain;
  if (isIPv4(mapped)) return `${mapped.split('.').slice(0, 3).join('.')}.0/24`;
  if (!isIPv6(plain)) return 'unknown';
  return `${groupsOf(plain).slice(0, 4).join(':')}::/64`;
}

/** The eight groups of an IPv6 address, without leading zeros. */
function groupsOf(address: string): string[] {
  const [head = '', tail] = address.toLowerCase().split('::');
  const first = head === '' ? [] : head.split(':');
  const last = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - first.length - last.length);
  const groups = [...first, ...Array.from({ length: zeros }, () => '0'), ...last];
  return groups.map((group) => group.replace(/^0+(?=.)/, ''));
}
