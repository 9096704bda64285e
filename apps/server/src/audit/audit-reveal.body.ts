import { ApiProperty } from '@nestjs/swagger';
import { IsString, MaxLength, MinLength } from 'class-validator';

/** The body of `POST /api/v1/audit/{id}/reveal`. */
export class AuditRevealBody {
  @ApiProperty({ minLength: 3, maxLength: 500, description: 'Why the content is needed; it stays on record' })
  @IsString()
  @MinLength(3)
  @MaxLength(500)
  reason!: string;
}
