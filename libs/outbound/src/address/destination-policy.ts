import { type BlockList, isIP, isIPv4 } from 'node:net';
import { type AddressClass, addressClass, rangeList } from './address-class.ts';

/**
 * Who named the destination. `configured`: the operator, in a file that the product reads; loopback and private addresses
 * are fine then. `foreign`: somebody else, in a request or a document; only public addresses, over https.
 */
export type DestinationOrigin = 'configured' | 'foreign';

/** Which addresses may be connected to. */
export interface DestinationPolicy {
  /** Why nothing may be sent to `address` for a request to `host`; undefined when it may. */
  refusal(host: string, address: string, origin: DestinationOrigin): string | undefined;
  /** Whether `host` is one that the operator lists: foreign requests to it may use http and any address. */
  lists(host: string): boolean;
}

/** `allowed`: host names, addresses and ranges (`10.1.0.0/16`) that the operator lists, beyond what is open anyway. */
export function destinationPolicy(allowed: readonly string[]): DestinationPolicy {
  const hosts = new Set(allowed.filter((entry) => !entry.includes('/')).map((entry) => entry.toLowerCase()));
  const ranges = rangeList(allowed.filter((entry) => entry.includes('/')));
  const lists = (host: string) => hosts.has(host.toLowerCase()) || inRanges(ranges, host);
  return {
    lists,
    refusal: (host, address, origin) => {
      if (lists(host) || lists(address)) return undefined;
      const kind = addressClass(address);
      return isOpen(kind, origin) ? undefined : `its address is ${WORDS[kind]}`;
    },
  };
}

const WORDS: Readonly<Record<AddressClass, string>> = {
  public: 'public',
  loopback: 'of this machine',
  private: 'of a private network',
  forbidden: 'link-local, reserved or of a metadata service',
};

function isOpen(kind: AddressClass, origin: DestinationOrigin): boolean {
  return kind === 'public' || (origin === 'configured' && kind !== 'forbidden');
}

function inRanges(ranges: BlockList, address: string): boolean {
  return isIP(address) !== 0 && ranges.check(address, isIPv4(address) ? 'ipv4' : 'ipv6');
}
