import { type Principal, Sessions } from '@gatehouse/identity';
import { given } from '@gatehouse/kernel';
import { Controller, Delete, Get, Inject, Param, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiPropertyOptional, ApiTags } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsBoolean, IsOptional, IsUUID } from 'class-validator';
import { Caller } from '../access/principal.decorator.ts';
import { RequirePermission } from '../access/require-permission.decorator.ts';
import { PageQuery } from '../http/page.query.ts';
import { actorOf } from './acting.ts';
import { sessionView } from './identity-views.ts';
import { OwnOrAll } from './own-or-all.ts';

/** The query of `GET /api/v1/sessions`. */
export class SessionListQuery extends PageQuery {
  @ApiPropertyOptional({ description: "Another user's need sessions:read:all" })
  @IsOptional()
  @IsUUID()
  user_id?: string;

  @ApiPropertyOptional({ default: true, description: 'Only those that have not ended' })
  @IsOptional()
  @Transform(({ value }) => value === 'true' || value === true)
  @IsBoolean()
  live: boolean = true;
}

@ApiTags('sessions')
@ApiBearerAuth()
@Controller('api/v1/sessions')
export class SessionsController {
  constructor(
    @Inject(Sessions) private readonly sessions: Sessions,
    @Inject(OwnOrAll) private readonly access: OwnOrAll,
  ) {}

  @Get()
  @RequirePermission('sessions:read:self')
  @ApiOperation({ summary: "Lists sessions, newest first: one's own, or with sessions:read:all everybody's" })
  async list(@Query() { user_id: asked, ...query }: SessionListQuery, @Caller() caller: Principal) {
    const userId = this.access.ownerFor(caller, asked, 'sessions:read:all');
    const page = await this.sessions.list(given({ ...query, userId }));
    return { sessions: page.items.map(sessionView), next_cursor: page.nextCursor };
  }

  @Delete(':id')
  @RequirePermission('sessions:write:self')
  @ApiOperation({ summary: 'Ends a session and what came from it, within a second, everywhere' })
  async revoke(@Param('id') id: string, @Caller() caller: Principal) {
    const session = await this.sessions.get(id);
    await this.access.requireProven(caller, session.userId, 'sessions:write:all');
    const reason = id === caller.sessionId ? 'logout' : 'operator';
    return { session: sessionView(await this.sessions.revoke(id, { reason, actor: actorOf(caller) })) };
  }

  @Delete()
  @RequirePermission('sessions:write:self')
  @ApiOperation({ summary: "Ends every session of a user: one's own where none is named" })
  async revokeAll(@Query() { user_id: asked }: SessionListQuery, @Caller() caller: Principal) {
    const userId = asked ?? caller.userId;
    await this.access.requireProven(caller, userId, 'sessions:write:all');
    const reason = userId === caller.userId ? 'logout' : 'operator';
    return { ended: await this.sessions.revokeAll(userId, { reason, actor: actorOf(caller) }) };
  }
}
