import { programCommand, type WardenStart } from '../warden/warden-start.ts';
import type { EgressOrder } from './egress-order.ts';

/** Starts an egress warden: it is the whole child, so the tool that it is told to start does not matter. */
export function egressStart(order: EgressOrder): WardenStart {
  return { command: programCommand('egress-warden'), order: () => JSON.stringify(order) };
}
