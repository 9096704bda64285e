import { BULK_ACTIONS, type BulkAction, USER_STATUSES, type UserStatus } from '@gatehouse/identity';
import { ROLES, type Role } from '@gatehouse/kernel';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import {
  IsBoolean,
  IsIn,
  IsInt,
  IsOptional,
  IsString,
  Matches,
  Max,
  MaxLength,
  Min,
  MinLength,
  ValidateIf,
  ValidateNested,
} from 'class-validator';
import { PageQuery } from '../http/page.query.ts';

const DEPARTMENT = /^[a-z0-9][a-z0-9._-]{0,62}$/;

/** The query of `GET /api/v1/users`. */
export class UserListQuery extends PageQuery {
  @ApiPropertyOptional({ enum: ROLES })
  @IsOptional()
  @IsIn(ROLES)
  role?: Role;

  @ApiPropertyOptional({ enum: USER_STATUSES, description: 'All but deleted ones without it' })
  @IsOptional()
  @IsIn(USER_STATUSES)
  status?: UserStatus;

  @ApiPropertyOptional()
  @IsOptional()
  @Matches(DEPARTMENT)
  department?: string;

  @ApiPropertyOptional({ description: 'Stands in the e-mail address or the name' })
  @IsOptional()
  @IsString()
  @MaxLength(254)
  text?: string;
}

/** The body of `POST /api/v1/users`. */
export class UserCreateBody {
  @ApiProperty()
  @IsString()
  @MaxLength(254)
  email!: string;

  @ApiPropertyOptional({ description: 'What stands before the @ where it is left out' })
  @IsOptional()
  @IsString()
  @MaxLength(100)
  display_name?: string;

  @ApiPropertyOptional({ enum: ROLES, default: 'user', description: 'Another one needs users:role too' })
  @IsOptional()
  @IsIn(ROLES)
  role?: Role;

  @ApiPropertyOptional()
  @IsOptional()
  @Matches(DEPARTMENT)
  department?: string;
}

/** The body of `PATCH /api/v1/users/{id}`. */
export class UserUpdateBody {
  @ApiPropertyOptional()
  @IsOptional()
  @IsString()
  @MaxLength(254)
  email?: string;

  @ApiPropertyOptional()
  @IsOptional()
  @IsString()
  @MaxLength(100)
  display_name?: string;
}

/** The body of `PUT /api/v1/users/{id}/role`. */
export class UserRoleBody {
  @ApiProperty({ enum: ROLES })
  @IsIn(ROLES)
  role!: Role;
}

/** The body of `PUT /api/v1/users/{id}/department`. */
export class UserDepartmentBody {
  @ApiProperty({ type: String, nullable: true })
  @ValidateIf((_body, value) => value !== null)
  @Matches(DEPARTMENT)
  department!: string | null;
}

export class UserBulkFilter {
  @ApiPropertyOptional({ enum: ROLES })
  @IsOptional()
  @IsIn(ROLES)
  role?: Role;

  @ApiPropertyOptional({ enum: USER_STATUSES })
  @IsOptional()
  @IsIn(USER_STATUSES)
  status?: UserStatus;

  @ApiPropertyOptional()
  @IsOptional()
  @Matches(DEPARTMENT)
  department?: string;

  @ApiPropertyOptional()
  @IsOptional()
  @IsString()
  @MinLength(1)
  @MaxLength(254)
  text?: string;

  @ApiPropertyOptional({ minimum: 1, maximum: 36_500 })
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(36_500)
  older_than_days?: number;
}

/** The body of `POST /api/v1/users/bulk`. */
export class UserBulkBody {
  @ApiProperty({ enum: BULK_ACTIONS })
  @IsIn(BULK_ACTIONS)
  action!: BulkAction;

  @ApiProperty({ type: UserBulkFilter, description: 'At least one member' })
  @ValidateNested()
  @Type(() => UserBulkFilter)
  filter!: UserBulkFilter;

  @ApiPropertyOptional({ default: false, description: 'Say whom it would concern, and change nothing' })
  @IsOptional()
  @IsBoolean()
  dry_run: boolean = false;
}
