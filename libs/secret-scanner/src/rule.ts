/** How sure a rule is that what it found is a credential. */
export type Confidence = 'high' | 'medium' | 'low';

/**
 * One kind of credential, as data.
 *
 * A rule costs nothing until one of its keywords stands in the text: a single automaton looks for the keywords of
 * all rules at once, and `pattern` is tried only there. Every quantifier of a pattern is bounded, and no two
 * neighbouring parts can match the same text in many ways, so that the time is linear in the text.
 */
export interface SecretRule {
  /** Kebab-case and unique. It is what a finding and a redaction marker show. */
  readonly id: string;
  /** What a person calls it. */
  readonly description: string;
  /** Lower-case ASCII, at least three characters. Letters of the text are compared without case. */
  readonly keywords: readonly string[];
  /** Begins at the keyword (see `lookback`). Its first group, where it has one, is the secret; else the whole match. */
  readonly pattern: RegExp;
  /** How many characters before its keyword a match begins, each to be tried. Without it, it begins there. */
  readonly lookback?: readonly number[];
  /**
   * What may stand right before a match. `any`: whatever; `word`: no letter or digit, unless a new word of a
   * compound begins there, as in `myDatadogKey`; `no`: no letter or digit. By default `any` where each keyword has
   * five characters and ends in neither, such as `glpat-`: a prefix that ends its own word; else `no`.
   */
  readonly glued?: 'any' | 'word' | 'no';
  /** The keyword names the secret and the secret follows it: also tried on a member's name and value. */
  readonly context?: boolean;
  readonly confidence: Confidence;
  /** Shannon entropy in bits per character that the secret needs at least. */
  readonly minEntropy?: number;
  /** Right raises the confidence one step, wrong lowers it one step. Neither lets a well-formed token pass. */
  readonly checksum?: (secret: string) => boolean;
  /** Whether the secret is worth a finding. The default refuses placeholders: one repeated character, `xxxx`. */
  readonly judge?: (secret: string, match: RegExpExecArray) => boolean;
  /** Where the vendor describes the format. */
  readonly source: string;
}
