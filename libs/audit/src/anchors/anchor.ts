/** A place for checkpoints that this machine cannot take back: what was anchored there cannot be unsaid. */
export interface Anchor {
  readonly name: string;
  /** @throws when the checkpoint did not get there; the next one says all that it said. */
  publish(record: AnchorRecord): Promise<void>;
}

/** What an anchor gets each minute, also in the log and the export stream. */
export interface AnchorRecord {
  readonly event: 'audit.checkpoint';
  readonly at: string;
  readonly size: number;
  /** The signed note, whole: `audit verify --checkpoint` takes it. */
  readonly checkpoint: string;
}
