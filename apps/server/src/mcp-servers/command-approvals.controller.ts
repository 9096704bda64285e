import type { Principal } from '@gatehouse/identity';
import { Controller, Get, HttpCode, Inject, Param, Post, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Caller } from '../access/principal.decorator.ts';
import { RequirePermission } from '../access/require-permission.decorator.ts';
import { CommandApprovalDesk } from './command-approval-desk.ts';
import { CommandApprovalsQuery } from './command-approvals.query.ts';

@ApiTags('command-approvals')
@ApiBearerAuth()
@Controller('api/v1/command-approvals')
export class CommandApprovalsController {
  constructor(@Inject(CommandApprovalDesk) private readonly desk: CommandApprovalDesk) {}

  @Get()
  @RequirePermission('commands:read')
  @ApiOperation({
    summary: 'Commands that were asked for through the MCP server gatehouse and wait for approval',
  })
  list(@Query() { all }: CommandApprovalsQuery) {
    return this.desk.list(!all);
  }

  @Post(':id/approve')
  @HttpCode(200)
  @RequirePermission('commands:approve')
  @ApiOperation({ summary: 'Approves a command, to run once' })
  approve(@Param('id') id: string, @Caller() caller: Principal) {
    return this.desk.decide(id, true, caller);
  }

  @Post(':id/refuse')
  @HttpCode(200)
  @RequirePermission('commands:approve')
  @ApiOperation({ summary: 'Refuses a command' })
  refuse(@Param('id') id: string, @Caller() caller: Principal) {
    return this.desk.decide(id, false, caller);
  }
}
