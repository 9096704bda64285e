import type { Permission } from '@gatehouse/config';
import { SetMetadata } from '@nestjs/common';

export const PERMISSION = 'gatehouse:permission';

/** Declares the permission of `services/governance/roles.yaml` that a caller of the endpoint needs. */
export const RequirePermission = (permission: Permission) => SetMetadata(PERMISSION, permission);
