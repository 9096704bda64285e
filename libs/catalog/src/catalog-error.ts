import { AppError, type AppErrorOptions } from '@gatehouse/kernel';

/** Every expected failure of this library: its stable code, and what it tells the person who can act. */
const CATALOG_ERRORS = {
  CATALOG_SETTINGS_UNREADABLE: "the client's settings file cannot be read",
  CATALOG_SETTINGS_INVALID: "the client's settings file is not a JSON object",
  CATALOG_SETTINGS_UNSAFE: "the client's settings file is not safe to put a credential into",
  CATALOG_SETTINGS_UNWRITABLE: "the client's settings file cannot be written",
  CATALOG_MANAGED_ROOT: 'managed settings are written by root',
} as const;

export type CatalogErrorCode = keyof typeof CATALOG_ERRORS;

/** `file`: whose file it is about. */
export function catalogError(
  code: CatalogErrorCode,
  { file, ...options }: AppErrorOptions & { readonly file?: string } = {},
): AppError {
  const message = CATALOG_ERRORS[code];
  return new AppError(code, file === undefined ? message : `${message}: ${file}`, {
    owner: 'operator',
    ...options,
  });
}
