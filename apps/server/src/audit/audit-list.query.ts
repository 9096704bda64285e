import { AUDIT_EVENTS, POLICIES } from '@gatehouse/audit';
import { ApiPropertyOptional } from '@nestjs/swagger';
import { Transform, Type } from 'class-transformer';
import { IsBoolean, IsDate, IsIn, IsOptional, IsString, Matches, MaxLength } from 'class-validator';
import { PageQuery } from '../http/page.query.ts';

const ID = /^[A-Za-z0-9._:-]{1,128}$/;

/** The query of `GET /api/v1/audit`. */
export class AuditListQuery extends PageQuery {
  @ApiPropertyOptional({ description: 'One of the audit events, or admin.*' })
  @IsOptional()
  @Matches(
    new RegExp(
      `^(?:${AUDIT_EVENTS.map((event) => event.replaceAll('.', '\\.')).join('|')}|admin\\.[a-z_.]{1,64})$`,
    ),
    {
      message: 'event must be the name of an audit event',
    },
  )
  event?: string;

  @ApiPropertyOptional({ enum: ['allow', 'deny'] })
  @IsOptional()
  @IsIn(['allow', 'deny'])
  decision?: 'allow' | 'deny';

  @ApiPropertyOptional({ enum: POLICIES })
  @IsOptional()
  @IsIn(POLICIES)
  policy?: string;

  @ApiPropertyOptional()
  @IsOptional()
  @Matches(ID)
  user_id?: string;

  @ApiPropertyOptional()
  @IsOptional()
  @Matches(ID)
  session_id?: string;

  @ApiPropertyOptional()
  @IsOptional()
  @Matches(ID)
  trace_id?: string;

  @ApiPropertyOptional()
  @IsOptional()
  @Matches(ID)
  agent_id?: string;

  @ApiPropertyOptional({ description: 'Exactly as in the row, such as mcp__filesystem__read_file' })
  @IsOptional()
  @IsString()
  @MaxLength(256)
  action?: string;

  @ApiPropertyOptional({ description: 'Allowed calls that nobody has said the end of for 15 minutes' })
  @IsOptional()
  @Transform(({ value }) => (value === 'true' ? true : value === 'false' ? false : value))
  @IsBoolean()
  open?: boolean;

  @ApiPropertyOptional({ format: 'date-time' })
  @IsOptional()
  @Type(() => Date)
  @IsDate()
  since?: Date;

  @ApiPropertyOptional({ format: 'date-time' })
  @IsOptional()
  @Type(() => Date)
  @IsDate()
  until?: Date;
}
