import { IdentityModule } from '@gatehouse/identity';
import { Module } from '@nestjs/common';
import { AuditController } from './audit.controller.ts';
import { AuditSight } from './audit-sight.ts';
import { AuditStreamController } from './stream/audit-stream.controller.ts';
import { AuditStreams } from './stream/audit-streams.service.ts';

@Module({
  imports: [IdentityModule],
  controllers: [AuditStreamController, AuditController],
  providers: [AuditSight, AuditStreams],
})
export class AuditApiModule {}
