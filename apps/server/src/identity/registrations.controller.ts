import { type Principal, Registrations } from '@gatehouse/identity';
import { given } from '@gatehouse/kernel';
import { Body, Controller, Delete, Get, HttpCode, Inject, Param, Post } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiPropertyOptional, ApiTags } from '@nestjs/swagger';
import { IsOptional, IsString, MaxLength } from 'class-validator';
import { Caller } from '../access/principal.decorator.ts';
import { RequirePermission } from '../access/require-permission.decorator.ts';
import { actorOf } from './acting.ts';
import { userView } from './identity-views.ts';

/** The body of `POST /api/v1/registrations/{id}/admit`. */
export class RegistrationAdmitBody {
  @ApiPropertyOptional({ maxLength: 63 })
  @IsOptional()
  @IsString()
  @MaxLength(63)
  department?: string;
}

@ApiTags('users')
@ApiBearerAuth()
@Controller('api/v1/registrations')
export class RegistrationsController {
  constructor(@Inject(Registrations) private readonly registrations: Registrations) {}

  @Get()
  @RequirePermission('users:read')
  @ApiOperation({ summary: 'Who asked for an account at the login page and waits, newest first' })
  async list() {
    const waiting = await this.registrations.list();
    return {
      registrations: waiting.map(({ id, email, requestedAt }) => ({
        id,
        email,
        requested_at: requestedAt.toISOString(),
      })),
    };
  }

  @Post(':id/admit')
  @HttpCode(200)
  @RequirePermission('users:write')
  @ApiOperation({ summary: 'Makes the account, of role user' })
  async admit(@Param('id') id: string, @Body() body: RegistrationAdmitBody, @Caller() caller: Principal) {
    const options = { ...given({ department: body.department }), actor: actorOf(caller) };
    return { user: userView(await this.registrations.admit(id, options)) };
  }

  @Delete(':id')
  @RequirePermission('users:write')
  @ApiOperation({ summary: 'Refuses who asked; they are told nothing' })
  async refuse(@Param('id') id: string, @Caller() caller: Principal) {
    await this.registrations.refuse(id, actorOf(caller));
    return { id, refused: true };
  }
}
