import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsOptional, IsString, MaxLength } from 'class-validator';

/** The query of `GET /api/v1/audit/stream`. */
export class AuditStreamQuery {
  @ApiPropertyOptional({
    description:
      'Where to go on: the id of the last event seen. The header Last-Event-ID is the same and wins.',
  })
  @IsOptional()
  @IsString()
  @MaxLength(12_000)
  cursor?: string;
}
