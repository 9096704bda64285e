/** A part of a text that hides another text. */
export interface Disguise {
  /** The name of the layer, as `Finding.encoding` shows it. */
  readonly encoding: string;
  /** The hidden text. */
  readonly text: string;
  /** Where the unit at an index of the hidden text begins in the outer one; its length gives the end. */
  readonly origin: (index: number) => number;
  /** A match in the hidden text stands for the whole part: half of an encoded run says nothing by itself. */
  readonly whole: boolean;
}

/** One way to hide a text. It looks only at texts whose `traits` allow it. */
export interface Layer {
  readonly find: (text: string) => Iterable<Disguise>;
  readonly mayHold: (traits: TextTraits) => boolean;
}

/** What a text is made of, found in one cheap pass. */
export interface TextTraits {
  /** The longest run of letters, digits and `+ / - _`. */
  readonly longestRun: number;
  /** The longest of these runs that has letters of both cases. */
  readonly longestMixedRun: number;
  /** The most pairs of characters in a row with one separator between. */
  readonly pairs: number;
  readonly percent: boolean;
  /** A backslash or an ampersand before what makes it an escape that hides a character. */
  readonly escaped: boolean;
  readonly beyondAscii: boolean;
}

/** A part `from`–`to` of the outer text that decodes to `text` as a whole. */
export function wholeDisguise(encoding: string, text: string, from: number, to: number): Disguise {
  return { encoding, text, origin: (index) => (index === 0 ? from : to), whole: true };
}
