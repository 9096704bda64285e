import { isRole, type Role } from '@gatehouse/kernel';
import { identityError } from '../identity-error.ts';

const LOCAL_PART = /^[a-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}$/;
const HOST = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;
const DEPARTMENT = /^[a-z0-9][a-z0-9._-]{0,62}$/;
// Control, format (bidi overrides, zero-width) and unassigned characters: names are shown on screens (threat T25).
const INVISIBLE = /[\p{C}\p{Zl}\p{Zp}]/u;

/** ASCII only, in lower case, so that no two users look alike. @throws AppError `IDENTITY_EMAIL_INVALID` */
export function emailOf(input: string): string {
  const email = input.trim().toLowerCase();
  const at = email.lastIndexOf('@');
  const hosts = email.slice(at + 1).split('.');
  const valid =
    email.length <= 254 && at > 0 && LOCAL_PART.test(email.slice(0, at)) && hosts.every((h) => HOST.test(h));
  if (!valid) throw identityError('IDENTITY_EMAIL_INVALID');
  return email;
}

/** @throws AppError `IDENTITY_DISPLAY_NAME_INVALID` */
export function displayNameOf(input: string): string {
  const name = input.trim().normalize('NFC');
  const length = Array.from(name).length;
  if (length < 1 || length > 100 || INVISIBLE.test(name) || !name.isWellFormed()) {
    throw identityError('IDENTITY_DISPLAY_NAME_INVALID');
  }
  return name;
}

/** @throws AppError `IDENTITY_DEPARTMENT_INVALID` */
export function departmentOf(input: string | null): string | null {
  if (input === null) return null;
  if (!DEPARTMENT.test(input)) throw identityError('IDENTITY_DEPARTMENT_INVALID');
  return input;
}

/** @throws AppError `IDENTITY_ROLE_INVALID` */
export function roleOf(input: string): Role {
  if (!isRole(input)) throw identityError('IDENTITY_ROLE_INVALID');
  return input;
}
