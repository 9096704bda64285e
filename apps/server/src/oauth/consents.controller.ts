import type { Principal } from '@gatehouse/identity';
import { Consents } from '@gatehouse/oauth';
import { Controller, Delete, Get, Inject, Param, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiPropertyOptional, ApiTags } from '@nestjs/swagger';
import { IsOptional, IsUUID } from 'class-validator';
import { Caller } from '../access/principal.decorator.ts';
import { RequirePermission } from '../access/require-permission.decorator.ts';
import { actorOf } from '../identity/acting.ts';
import { OwnOrAll } from '../identity/own-or-all.ts';
import { consentView } from './oauth-views.ts';

/** The query of `GET /api/v1/consents`. */
export class ConsentListQuery {
  @ApiPropertyOptional({ description: "Another user's need sessions:read:all" })
  @IsOptional()
  @IsUUID()
  user_id?: string;
}

@ApiTags('consents')
@ApiBearerAuth()
@Controller('api/v1/consents')
export class ConsentsController {
  constructor(
    @Inject(Consents) private readonly consents: Consents,
    @Inject(OwnOrAll) private readonly access: OwnOrAll,
  ) {}

  @Get()
  @RequirePermission('sessions:read:self')
  @ApiOperation({
    summary: "Lists consents that are remembered: one's own, or with sessions:read:all everybody's",
  })
  async list(@Query() { user_id: asked }: ConsentListQuery, @Caller() caller: Principal) {
    const userId = this.access.ownerFor(caller, asked, 'sessions:read:all');
    return { consents: (await this.consents.list(userId)).map(consentView) };
  }

  @Delete(':id')
  @RequirePermission('sessions:write:self')
  @ApiOperation({ summary: 'Withdraws a consent: the person is asked again, and what came of it ends' })
  async withdraw(@Param('id') id: string, @Caller() caller: Principal) {
    const { userId } = await this.consents.get(id);
    await this.access.requireProven(caller, userId, 'sessions:write:all');
    return { consent: consentView(await this.consents.withdraw(id, actorOf(caller))) };
  }
}
