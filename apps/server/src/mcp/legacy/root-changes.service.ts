import { ChildPool } from '@gatehouse/mcp-spawner';
import { Inject, Injectable } from '@nestjs/common';
import type { McpSession } from '../sessions/mcp-session.ts';

export const ROOTS_CHANGED = 'notifications/roots/list_changed';

/** Tells the children of a session that the folders of its client changed, those that were told that they would hear of it. */
@Injectable()
export class RootChanges {
  constructor(@Inject(ChildPool) private readonly pool: ChildPool) {}

  /** Nothing that the client sent goes along. */
  tell({ server, isolationKey }: McpSession): void {
    for (const child of this.pool.running(server, isolationKey)) {
      const { era, capabilities } = child.owner;
      const roots = capabilities?.roots as { readonly listChanged?: boolean } | undefined;
      if (era === 'legacy' && roots?.listChanged === true) child.notify(ROOTS_CHANGED);
    }
  }
}
