import type { Principal } from '@gatehouse/identity';
import { Controller, Get, Headers, Inject, Query, Req, Res } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Caller } from '../../access/principal.decorator.ts';
import { RequirePermission } from '../../access/require-permission.decorator.ts';
import { AuditStreamQuery } from './audit-stream.query.ts';
import { AuditStreams } from './audit-streams.service.ts';

@ApiTags('audit')
@ApiBearerAuth()
@Controller('api/v1/audit/stream')
export class AuditStreamController {
  constructor(@Inject(AuditStreams) private readonly streams: AuditStreams) {}

  @Get()
  @RequirePermission('audit:read:self')
  @ApiOperation({
    summary:
      'Audit rows as they are committed, as server-sent events: `row`, and `end` when the session ends',
  })
  @ApiOkResponse({ content: { 'text/event-stream': { schema: { type: 'string' } } } })
  stream(
    @Query() { cursor }: AuditStreamQuery,
    @Headers('last-event-id') lastEventId: string | undefined,
    @Caller() { userId }: Principal,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    return this.streams.serve(userId, lastEventId ?? cursor, request, reply);
  }
}
