import { open } from 'node:fs/promises';
import type { Anchor, AnchorRecord } from './anchor.ts';

/** Appends a line to a file and has it written to its disk: another machine's share, a device that only appends. */
export function fileAnchor(path: string): Anchor {
  return {
    name: `file ${path}`,
    async publish(record: AnchorRecord) {
      const file = await open(path, 'a', 0o644);
      try {
        await file.appendFile(`${JSON.stringify(record)}\n`);
        await file.sync();
      } finally {
        await file.close();
      }
    },
  };
}
