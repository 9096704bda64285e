export { type AddressClass, addressClass } from './address/address-class.ts';
export {
  type DestinationOrigin,
  type DestinationPolicy,
  destinationPolicy,
} from './address/destination-policy.ts';
export { OutboundModule } from './outbound.module.ts';
export { OutboundClient, sendOutbound, streamOutbound } from './outbound-client.ts';
export type { OutboundRequest, OutboundResponse, OutboundStream } from './request/outbound-request.ts';
