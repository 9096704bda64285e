import { IpBans, type Principal } from '@gatehouse/identity';
import { given } from '@gatehouse/kernel';
import { Body, Controller, Delete, Get, Inject, Param, Post, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiProperty, ApiPropertyOptional, ApiTags } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsBoolean, IsInt, IsOptional, IsString, Max, MaxLength, Min } from 'class-validator';
import { Caller } from '../access/principal.decorator.ts';
import { RequirePermission } from '../access/require-permission.decorator.ts';
import { PageQuery } from '../http/page.query.ts';
import { actorOf } from './acting.ts';
import { ipBanView } from './identity-views.ts';

/** The query of `GET /api/v1/ip-bans`. */
export class IpBanListQuery extends PageQuery {
  @ApiPropertyOptional({ default: false, description: 'Those that are over too' })
  @IsOptional()
  @Transform(({ value }) => value === 'true' || value === true)
  @IsBoolean()
  all: boolean = false;
}

/** The body of `POST /api/v1/ip-bans`. */
export class IpBanCreateBody {
  @ApiProperty({ example: '203.0.113.0/24' })
  @IsString()
  @MaxLength(64)
  network!: string;

  @ApiProperty({ maxLength: 500 })
  @IsString()
  @MaxLength(500)
  reason!: string;

  @ApiPropertyOptional({ description: 'How long, in seconds; until it is lifted where it is left out' })
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(3650 * 86_400)
  duration_seconds?: number;
}

@ApiTags('ip-bans')
@ApiBearerAuth()
@Controller('api/v1/ip-bans')
export class IpBansController {
  constructor(@Inject(IpBans) private readonly bans: IpBans) {}

  @Get()
  @RequirePermission('bans:read')
  @ApiOperation({ summary: 'Lists bans of addresses and networks, newest first' })
  async list(@Query() query: IpBanListQuery) {
    const page = await this.bans.list(given(query));
    return { ip_bans: page.items.map(ipBanView), next_cursor: page.nextCursor };
  }

  @Post()
  @RequirePermission('bans:write')
  @ApiOperation({ summary: 'Bans an address or a network: in force at every door within a second' })
  async add(@Body() body: IpBanCreateBody, @Caller() caller: Principal) {
    const { network, reason, duration_seconds: seconds } = body;
    const durationMs = seconds === undefined ? null : seconds * 1000;
    return {
      ip_ban: ipBanView(await this.bans.add({ network, reason, durationMs, actor: actorOf(caller) })),
    };
  }

  @Delete(':id')
  @RequirePermission('bans:write')
  @ApiOperation({ summary: 'Lifts a ban, by its id' })
  async lift(@Param('id') id: string, @Caller() caller: Principal) {
    return { ip_ban: ipBanView(await this.bans.lift(id, actorOf(caller))) };
  }
}
