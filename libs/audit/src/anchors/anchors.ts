import type { SignedCheckpoint } from '../signing/signer-child.ts';
import type { Anchor, AnchorRecord } from './anchor.ts';

/** Every configured anchor. One that fails keeps no other from its checkpoint. */
export class Anchors {
  readonly #anchors: readonly Anchor[];
  readonly #warn: (message: string, error?: unknown) => void;
  failuresTotal = 0;

  constructor(anchors: readonly Anchor[], warn: (message: string, error?: unknown) => void) {
    this.#anchors = anchors;
    this.#warn = warn;
  }

  async publish({ note, size }: SignedCheckpoint): Promise<void> {
    const record: AnchorRecord = {
      event: 'audit.checkpoint',
      at: new Date().toISOString(),
      size,
      checkpoint: note,
    };
    await Promise.all(
      this.#anchors.map((anchor) =>
        anchor.publish(record).catch((error: unknown) => {
          this.failuresTotal += 1;
          this.#warn(`the checkpoint did not reach the anchor ${anchor.name}`, error);
        }),
      ),
    );
  }
}
