import { Module } from '@nestjs/common';
import { Compliance } from './compliance.ts';

/** Relies on the global modules of configuration, database and audit. */
@Module({ providers: [Compliance], exports: [Compliance] })
export class ComplianceModule {}
