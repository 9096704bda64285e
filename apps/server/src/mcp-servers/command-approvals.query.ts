import { ApiPropertyOptional } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsBoolean, IsOptional } from 'class-validator';

/** The query of `GET /api/v1/command-approvals`. */
export class CommandApprovalsQuery {
  @ApiPropertyOptional({
    description: 'Also those of the last day that do not wait any more',
    default: false,
  })
  @IsOptional()
  @Transform(({ value }) => (value === 'true' ? true : value === 'false' ? false : value))
  @IsBoolean()
  all: boolean = false;
}
