import { Controller, Get, Header, Inject, Req } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { Public } from '../access/public.decorator.ts';
import { Metrics } from './metrics.ts';
import { MetricsAccess } from './metrics-access.ts';

@ApiTags('health')
@Controller()
export class MetricsController {
  constructor(
    @Inject(Metrics) private readonly metrics: Metrics,
    @Inject(MetricsAccess) private readonly access: MetricsAccess,
  ) {}

  @Get('metrics')
  @Public()
  @Header('content-type', 'text/plain; version=0.0.4; charset=utf-8')
  @ApiOperation({ summary: 'Prometheus metrics; from elsewhere than loopback with metrics:read' })
  async read(@Req() request: FastifyRequest): Promise<string> {
    await this.access.check(request);
    return this.metrics.text();
  }
}
