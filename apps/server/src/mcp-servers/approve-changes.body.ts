import { ApiProperty } from '@nestjs/swagger';
import { Matches } from 'class-validator';

export class ApproveChangesBody {
  @ApiProperty({
    description: 'Of the changes, as they were shown',
    example: '9f86d081…',
    pattern: '^[0-9a-f]{64}$',
  })
  @Matches(/^[0-9a-f]{64}$/)
  readonly hash!: string;
}
