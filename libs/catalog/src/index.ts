export { CatalogModule } from './catalog.module.ts';
export type { CatalogErrorCode } from './catalog-error.ts';
export { ClientHooks } from './hooks/client-hooks.service.ts';
export type { HookInstallation, InstalledResult } from './hooks/hook-installation.ts';
export { type ListedHooks, listHooks } from './hooks/listed-hooks.ts';
export {
  installManagedHooks,
  type ManagedChange,
  type ManagedInstallation,
  type ManagedResult,
} from './hooks/managed-hooks.ts';
export type { HookForm } from './hooks/settings/wanted-hooks.ts';
export { type HookCheck, type HookValidation, validateHooks } from './hooks/validate-hooks.ts';
