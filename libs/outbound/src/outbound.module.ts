import { Global, Module } from '@nestjs/common';
import { OutboundClient } from './outbound-client.ts';

/** Global: whatever reaches out does so by `OutboundClient`. */
@Global()
@Module({ providers: [OutboundClient], exports: [OutboundClient] })
export class OutboundModule {}
