import { ApiKeys, type IssuedApiKey, type Principal } from '@gatehouse/identity';
import { given } from '@gatehouse/kernel';
import { Body, Controller, Delete, Get, Inject, Param, Post, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiProperty, ApiPropertyOptional, ApiTags } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import {
  ArrayMaxSize,
  IsArray,
  IsBoolean,
  IsInt,
  IsOptional,
  IsString,
  IsUUID,
  Max,
  MaxLength,
  Min,
} from 'class-validator';
import { Caller } from '../access/principal.decorator.ts';
import { RequirePermission } from '../access/require-permission.decorator.ts';
import { actorOf, refuseKeys } from './acting.ts';
import { apiKeyView } from './identity-views.ts';
import { OwnOrAll } from './own-or-all.ts';

/** The query of `GET /api/v1/api-keys`. */
export class ApiKeyListQuery {
  @ApiPropertyOptional({ description: "Another user's need api-keys:read:all" })
  @IsOptional()
  @IsUUID()
  user_id?: string;

  @ApiPropertyOptional({ default: true })
  @IsOptional()
  @Transform(({ value }) => value === 'true' || value === true)
  @IsBoolean()
  live: boolean = true;
}

/** The body of `POST /api/v1/api-keys`. */
export class ApiKeyCreateBody {
  @ApiPropertyOptional({ description: "One's own where it is left out; another's needs api-keys:write:all" })
  @IsOptional()
  @IsUUID()
  user_id?: string;

  @ApiProperty({ maxLength: 100 })
  @IsString()
  @MaxLength(100)
  name!: string;

  @ApiProperty({ type: [String], description: 'api, hooks, mcp:<server>, or single permissions' })
  @IsArray()
  @ArrayMaxSize(64)
  @IsString({ each: true })
  @MaxLength(128, { each: true })
  scopes!: string[];

  @ApiPropertyOptional({ minimum: 1, maximum: 365, default: 90 })
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(365)
  days?: number;
}

@ApiTags('api-keys')
@ApiBearerAuth()
@Controller('api/v1/api-keys')
export class ApiKeysController {
  constructor(
    @Inject(ApiKeys) private readonly keys: ApiKeys,
    @Inject(OwnOrAll) private readonly access: OwnOrAll,
  ) {}

  @Get()
  @RequirePermission('api-keys:read:self')
  @ApiOperation({ summary: 'Lists API keys, newest first, by how they begin; never a whole one' })
  async list(@Query() { user_id: asked, live }: ApiKeyListQuery, @Caller() caller: Principal) {
    const userId = this.access.ownerFor(caller, asked, 'api-keys:read:all');
    return { api_keys: (await this.keys.list(given({ userId, live }))).map(apiKeyView) };
  }

  @Post()
  @RequirePermission('api-keys:write:self')
  @ApiOperation({ summary: 'Makes an API key; `key` is shown this once' })
  async create(@Body() body: ApiKeyCreateBody, @Caller() caller: Principal) {
    refuseKeys(caller);
    const userId = body.user_id ?? caller.userId;
    this.access.require(caller, userId, 'api-keys:write:all');
    const { name, scopes, days } = body;
    return issued(
      await this.keys.issue({ userId, name, scopes, actor: actorOf(caller), ...given({ days }) }),
    );
  }

  @Post(':id/rotate')
  @RequirePermission('api-keys:write:self')
  @ApiOperation({ summary: 'Replaces an API key by a new one with the rest of its time' })
  async rotate(@Param('id') id: string, @Caller() caller: Principal) {
    refuseKeys(caller);
    await this.#requireOwn(id, caller);
    return issued(await this.keys.rotate(id, { actor: actorOf(caller) }));
  }

  @Delete(':id')
  @RequirePermission('api-keys:write:self')
  @ApiOperation({ summary: 'Revokes an API key, within a second, everywhere' })
  async revoke(@Param('id') id: string, @Caller() caller: Principal) {
    await this.#requireOwn(id, caller);
    return { api_key: apiKeyView(await this.keys.revoke(id, { actor: actorOf(caller) })) };
  }

  async #requireOwn(id: string, caller: Principal): Promise<void> {
    const { session } = await this.keys.get(id);
    this.access.require(caller, session.userId, 'api-keys:write:all');
  }
}

function issued({ key, text }: IssuedApiKey) {
  return { api_key: apiKeyView(key), key: text.reveal() };
}
