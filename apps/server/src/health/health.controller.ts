import { Controller, Get, HttpCode, Inject, Res } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Public } from '../access/public.decorator.ts';
import { CHECKOUT } from './checkout.token.ts';
import type { Checkout } from './checkout.ts';
import { Readiness } from './readiness.ts';

@ApiTags('health')
@Controller()
export class HealthController {
  constructor(
    @Inject(CHECKOUT) private readonly checkout: Checkout,
    @Inject(Readiness) private readonly readiness: Readiness,
  ) {}

  @Get('healthz')
  @Public()
  @ApiOperation({ summary: 'Whether the process answers, and which build it is' })
  healthz() {
    return { status: 'ok', ...this.checkout };
  }

  @Get('readyz')
  @Public()
  @HttpCode(200)
  @ApiOperation({ summary: 'Whether calls can be decided and recorded now; 503 when not' })
  async readyz(@Res({ passthrough: true }) reply: FastifyReply) {
    const report = await this.readiness.report();
    if (report.status !== 'ready') void reply.status(503);
    return report;
  }
}
