import { ApiProperty } from '@nestjs/swagger';
import { IsString, Length, Matches } from 'class-validator';

/** The body of `POST /api/v1/governance/policy/apply`. */
export class PolicyApplyBody {
  @ApiProperty({ description: 'The hash of the waiting change', example: `sha256:${'0'.repeat(64)}` })
  @Matches(/^sha256:[0-9a-f]{64}$/, { message: 'version must be sha256: and 64 hexadecimal digits' })
  version!: string;
}

/** The body of `POST /api/v1/governance/policy/break-glass`. */
export class PolicyBreakGlassBody extends PolicyApplyBody {
  @ApiProperty({
    minLength: 10,
    maxLength: 500,
    description: 'Why it cannot wait; it stands in the audit row',
  })
  @IsString()
  @Length(10, 500)
  @Matches(/^[^\p{Cc}\p{Cf}\p{Co}\p{Cn}\p{Zl}\p{Zp}]*$/u, {
    message: 'reason must be one line of plain text',
  })
  reason!: string;
}
