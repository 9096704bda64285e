import { PolicyAdministration } from '@gatehouse/governance';
import type { Principal } from '@gatehouse/identity';
import { Body, Controller, Get, HttpCode, Inject, Post } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Caller } from '../access/principal.decorator.ts';
import { RequirePermission } from '../access/require-permission.decorator.ts';
import { PolicyApplyBody, PolicyBreakGlassBody } from './policy-change.body.ts';
import { policyView } from './policy-view.ts';

@ApiTags('governance')
@ApiBearerAuth()
@Controller('api/v1/governance/policy')
export class GovernancePolicyController {
  constructor(@Inject(PolicyAdministration) private readonly administration: PolicyAdministration) {}

  @Get()
  @RequirePermission('governance:read')
  @ApiOperation({ summary: 'Which policy is in force, and what change of the files waits, with its diff' })
  async show() {
    return policyView(await this.administration.status());
  }

  @Post('apply')
  @HttpCode(200)
  @RequirePermission('governance:write')
  @ApiOperation({
    summary:
      'Brings a waiting change into force; with two administrators, when another one has applied it too',
  })
  async apply(@Body() { version }: PolicyApplyBody, @Caller() caller: Principal) {
    const outcome = await this.administration.apply(version, caller);
    return { outcome, policy: policyView(await this.administration.status()) };
  }

  @Post('break-glass')
  @HttpCode(200)
  @RequirePermission('governance:write')
  @ApiOperation({ summary: 'Brings a waiting change into force at once, for an hour' })
  async breakGlass(@Body() { version, reason }: PolicyBreakGlassBody, @Caller() caller: Principal) {
    await this.administration.breakGlass(version, reason, caller);
    return { outcome: 'break_glass', policy: policyView(await this.administration.status()) };
  }
}
