import { BlockList, isIPv4, isIPv6 } from 'node:net';

/**
 * What kind of place an address is. `forbidden` is never a destination: unspecified, multicast, reserved, and the
 * link-local range with the metadata services of cloud providers.
 */
export type AddressClass = 'public' | 'loopback' | 'private' | 'forbidden';

/** IANA special-purpose registries (RFC 6890 and its updates), and the metadata addresses of cloud providers. */
const RANGES: readonly (readonly [AddressClass, readonly string[]])[] = [
  [
    'forbidden',
    [
      '0.0.0.0/8',
      '169.254.0.0/16',
      '192.0.0.0/24',
      '192.88.99.0/24',
      '224.0.0.0/4',
      '240.0.0.0/4',
      '100.100.100.200/32',
      '::/128',
      '100::/64',
      '2001::/23',
      'fd00:ec2::254/128',
      'fe80::/10',
      'fec0::/10',
      'ff00::/8',
    ],
  ],
  ['loopback', ['127.0.0.0/8', '::1/128']],
  [
    'private',
    [
      '10.0.0.0/8',
      '100.64.0.0/10',
      '172.16.0.0/12',
      '192.0.2.0/24',
      '192.168.0.0/16',
      '198.18.0.0/15',
      '198.51.100.0/24',
      '203.0.113.0/24',
      '64:ff9b:1::/48',
      '2001:db8::/32',
      '3fff::/20',
      'fc00::/7',
    ],
  ],
];

const LISTS = RANGES.map(([kind, ranges]) => [kind, rangeList(ranges)] as const);
/** IPv6 prefixes that carry an IPv4 address: mapped, NAT64 (RFC 6052), 6to4 (RFC 3056), and where it starts. */
const CARRIERS: readonly (readonly [BlockList, number])[] = [
  [rangeList(['::ffff:0:0/96']), 6],
  [rangeList(['::ffff:0:0:0/96']), 6],
  [rangeList(['64:ff9b::/96']), 6],
  [rangeList(['::/96']), 6],
  [rangeList(['2002::/16']), 1],
];

/** Of a literal address; `forbidden` for what is none. An IPv6 address that carries an IPv4 one is judged by that too. */
export function addressClass(address: string): AddressClass {
  const plain = address.split('%', 1)[0] ?? '';
  if (isIPv4(plain)) return classIn(plain, 'ipv4');
  if (!isIPv6(plain)) return 'forbidden';
  const own = classIn(plain, 'ipv6');
  if (own !== 'public') return own;
  const carried = CARRIERS.find(([list]) => list.check(plain, 'ipv6'));
  return carried === undefined ? own : classIn(carriedIpv4(plain, carried[1]), 'ipv4');
}

/** A list of ranges as `address/bits`. */
export function rangeList(ranges: readonly string[]): BlockList {
  const list = new BlockList();
  for (const range of ranges) {
    const [address = '', bits = ''] = range.split('/');
    list.addSubnet(address, Number(bits), isIPv4(address) ? 'ipv4' : 'ipv6');
  }
  return list;
}

function classIn(address: string, family: 'ipv4' | 'ipv6'): AddressClass {
  return LISTS.find(([, list]) => list.check(address, family))?.[0] ?? 'public';
}

function carriedIpv4(address: string, firstGroup: number): string {
  const groups = expand(address);
  const high = groups[firstGroup] ?? 0;
  const low = groups[firstGroup + 1] ?? 0;
  return [high >> 8, high & 255, low >> 8, low & 255].join('.');
}

/** The eight groups of an IPv6 address in any of its spellings. */
function expand(address: string): readonly number[] {
  // The URL parser writes the dotted tail as groups and compresses once.
  const [head = '', tail] = new URL(`http://[${address}]`).hostname.slice(1, -1).split('::');
  const left = groupsOf(head);
  if (tail === undefined) return left;
  const right = groupsOf(tail);
  return [...left, ...Array.from({ length: 8 - left.length - right.length }, () => 0), ...right];
}

function groupsOf(text: string): number[] {
  return text === '' ? [] : text.split(':').map((group) => Number.parseInt(group, 16));
}
