import { ApiPropertyOptional } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsInt, Max, Min } from 'class-validator';

/** The query of `GET /api/v1/mcp-servers/{name}/logs`. */
export class McpServerLogsQuery {
  @ApiPropertyOptional({ minimum: 0, default: 0, description: 'Only lines after the one with this `seq`' })
  @Transform(({ value }) => Number(value))
  @IsInt()
  @Min(0)
  @Max(Number.MAX_SAFE_INTEGER)
  after: number = 0;
}
