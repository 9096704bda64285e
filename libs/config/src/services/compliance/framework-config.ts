/** What the rows of an evidence query say of a control: `some` must be there, `none` may be, `any` is for a person. */
export type EvidenceExpectation = 'some' | 'none' | 'any';

export interface ControlConfig {
  readonly id: string;
  readonly title: string;
  /** Claims of `tools/claims/claims.yaml`. */
  readonly claims: readonly string[];
  readonly evidence: readonly { readonly query: string; readonly expect: EvidenceExpectation }[];
  /** Why nothing of it can be shown here; null where something can. */
  readonly outside: string | null;
}

/** A framework of `services/compliance/<name>.yaml`. */
export interface FrameworkConfig {
  readonly framework: string;
  readonly title: string;
  readonly edition: string;
  readonly controls: readonly ControlConfig[];
  /** Of the file as it was read, `sha256:<hex>`. */
  readonly hash: string;
  /** Relative to the installation. */
  readonly file: string;
}
