import { AuditReader } from '@gatehouse/audit';
import type { Principal } from '@gatehouse/identity';
import { AppError } from '@gatehouse/kernel';
import { Controller, Get, Inject, Param, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Caller } from '../access/principal.decorator.ts';
import { RequirePermission } from '../access/require-permission.decorator.ts';
import { AuditListQuery } from './audit-list.query.ts';
import { AuditSight } from './audit-sight.ts';

@ApiTags('audit')
@ApiBearerAuth()
@Controller('api/v1/audit')
export class AuditController {
  constructor(
    @Inject(AuditReader) private readonly reader: AuditReader,
    @Inject(AuditSight) private readonly sight: AuditSight,
  ) {}

  @Get()
  @RequirePermission('audit:read:self')
  @ApiOperation({ summary: 'Lists audit rows, newest first; `next` is the cursor of the next page' })
  list(@Query() query: AuditListQuery, @Caller() caller: Principal) {
    const {
      user_id: userId,
      session_id: sessionId,
      trace_id: traceId,
      agent_id: agentId,
      cursor,
      ...rest
    } = query;
    const filter = { ...rest, ...defined({ userId, sessionId, traceId, agentId, before: cursor }) };
    return this.reader.list(filter, this.sight.of(caller));
  }

  @Get(':id')
  @RequirePermission('audit:read:self')
  @ApiOperation({ summary: 'Everything that belongs to a row, task or trace id, oldest first' })
  async trace(@Param('id') id: string, @Caller() caller: Principal) {
    const rows = await this.reader.trace(id, this.sight.of(caller));
    if (rows.length === 0)
      throw new AppError('AUDIT_NOT_FOUND', 'There is no such row, task or trace in your sight.');
    return { rows };
  }
}

function defined<T extends object>(members: T): { [K in keyof T]?: NonNullable<T[K]> } {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: NonNullable<T[K]>;
  };
}
