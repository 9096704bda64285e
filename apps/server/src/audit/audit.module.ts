import { Module } from '@nestjs/common';
import { AuditController } from './audit.controller.ts';
import { AuditSight } from './audit-sight.ts';

@Module({ controllers: [AuditController], providers: [AuditSight] })
export class AuditApiModule {}
