import type { Principal } from '@gatehouse/identity';
import { given } from '@gatehouse/kernel';
import { ServiceClients } from '@gatehouse/oauth';
import { Body, Controller, Delete, Get, Inject, Param, Post, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiProperty, ApiPropertyOptional, ApiTags } from '@nestjs/swagger';
import { IsIn, IsOptional, IsString, MaxLength } from 'class-validator';
import { Caller } from '../access/principal.decorator.ts';
import { RequirePermission } from '../access/require-permission.decorator.ts';
import { actorOf, refuseKeys } from '../identity/acting.ts';
import { clientView } from './oauth-views.ts';

/** The query of `GET /api/v1/clients`. */
export class ClientListQuery {
  @ApiPropertyOptional({ enum: ['service', 'registered'] })
  @IsOptional()
  @IsIn(['service', 'registered'])
  kind?: 'service' | 'registered';
}

/** The body of `POST /api/v1/clients`. */
export class ClientCreateBody {
  @ApiProperty({ maxLength: 100, description: 'What people call it' })
  @IsString()
  @MaxLength(100)
  name!: string;

  @ApiProperty({
    description: 'Whom it acts as: an active user of the role service, a2a or mcp, by id or e-mail address',
  })
  @IsString()
  @MaxLength(254)
  user!: string;

  @ApiPropertyOptional({ description: 'The agent of services/agents that it is' })
  @IsOptional()
  @IsString()
  @MaxLength(128)
  agent_id?: string;
}

@ApiTags('clients')
@ApiBearerAuth()
@Controller('api/v1/clients')
export class ClientsController {
  constructor(@Inject(ServiceClients) private readonly clients: ServiceClients) {}

  @Get()
  @RequirePermission('clients:read')
  @ApiOperation({ summary: 'Lists the programs that may ask for tokens: services, and such as registered' })
  async list(@Query() { kind }: ClientListQuery) {
    return { clients: (await this.clients.list(kind)).map(clientView) };
  }

  @Post()
  @RequirePermission('clients:write')
  @ApiOperation({ summary: 'Makes a client for a service; `client_secret` is shown this once' })
  async create(@Body() { name, user, agent_id: agentId }: ClientCreateBody, @Caller() caller: Principal) {
    refuseKeys(caller);
    const made = await this.clients.create({ name, user, ...given({ agentId }) }, actorOf(caller));
    return { client: clientView(made.client), client_secret: made.secret.reveal() };
  }

  @Delete(':id')
  @RequirePermission('clients:write')
  @ApiOperation({ summary: 'Removes a client; what it was given ends within a second, everywhere' })
  async remove(@Param('id') id: string, @Caller() caller: Principal) {
    await this.clients.remove(id, actorOf(caller));
    return { client_id: id };
  }
}
