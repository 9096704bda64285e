import { AuditReader, ContentReveals } from '@gatehouse/audit';
import type { Principal } from '@gatehouse/identity';
import { AppError } from '@gatehouse/kernel';
import { Body, Controller, Get, Inject, Param, Post, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Caller } from '../access/principal.decorator.ts';
import { RequirePermission } from '../access/require-permission.decorator.ts';
import { actorOf } from '../identity/acting.ts';
import { AuditListQuery } from './audit-list.query.ts';
import { AuditRevealBody } from './audit-reveal.body.ts';
import { AuditSight } from './audit-sight.ts';

@ApiTags('audit')
@ApiBearerAuth()
@Controller('api/v1/audit')
export class AuditController {
  constructor(
    @Inject(AuditReader) private readonly reader: AuditReader,
    @Inject(AuditSight) private readonly sight: AuditSight,
    @Inject(ContentReveals) private readonly reveals: ContentReveals,
  ) {}

  @Get()
  @RequirePermission('audit:read:self')
  @ApiOperation({
    summary:
      'Lists audit rows, newest first; `next` is the cursor of the next page, which a page with few rows can have too',
  })
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
    if (rows.length === 0) throw notFound();
    return { rows };
  }

  @Post(':id/reveal')
  @RequirePermission('audit:reveal')
  @ApiOperation({
    summary: 'The same with what others sent and got back: for a reason, which is a row first (`record`)',
  })
  async reveal(@Param('id') id: string, @Body() { reason }: AuditRevealBody, @Caller() caller: Principal) {
    const action = 'POST /api/v1/audit/{id}/reveal';
    const request = { context: actorOf(caller), action, reason };
    const revealed = await this.reveals.trace(id, this.sight.of(caller), request);
    if (revealed.rows.length === 0) throw notFound();
    return revealed;
  }
}

function notFound(): AppError {
  return new AppError('AUDIT_NOT_FOUND', 'There is no such row, task or trace in your sight.');
}

function defined<T extends object>(members: T): { [K in keyof T]?: NonNullable<T[K]> } {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: NonNullable<T[K]>;
  };
}
