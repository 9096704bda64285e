import { IdentityModule } from '@gatehouse/identity';
import { Module } from '@nestjs/common';
import { ClientHooks } from './hooks/client-hooks.service.ts';

/** Skills, plugins, hooks: what clients are equipped with. */
@Module({ imports: [IdentityModule], providers: [ClientHooks], exports: [ClientHooks] })
export class CatalogModule {}
