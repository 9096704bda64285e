/** What a value is made of. */
export interface Composition {
  readonly digits: number;
  /** Of the Latin alphabet. */
  readonly letters: number;
  /** Hexadecimal digits of either case. */
  readonly hex: number;
  /** `! @ # $ % ^ & * + ? ~ =`: what passwords have to have. */
  readonly specials: number;
  /** `- . / _`: what joins words. */
  readonly joints: number;
  /** How often a digit and a letter stand side by side. */
  readonly changes: number;
}

const OTHER = 0;
const DIGIT = 1;
const LETTER = 2;
const HEX_LETTER = 3;
const SPECIAL = 4;
const JOINT = 5;

const kinds = new Uint8Array(128);
mark('0123456789', DIGIT);
mark('ghijklmnopqrstuvwxyzGHIJKLMNOPQRSTUVWXYZ', LETTER);
mark('abcdefABCDEF', HEX_LETTER);
mark('!@#$%^&*+?~=', SPECIAL);
mark('-./_', JOINT);

/** In one pass: values are judged by the thousand in texts that hold nothing. */
export function compositionOf(value: string): Composition {
  const counts = [0, 0, 0, 0, 0, 0];
  let changes = 0;
  let before = OTHER;
  for (let i = 0; i < value.length; i += 1) {
    const kind = kinds[value.charCodeAt(i)] ?? OTHER;
    counts[kind]! += 1;
    if (kind !== before && isDigitBesideLetter(kind, before)) changes += 1;
    before = kind;
  }
  const [, digits, letters, hexLetters, specials, joints] = counts as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  return { digits, letters: letters + hexLetters, hex: digits + hexLetters, specials, joints, changes };
}

function isDigitBesideLetter(one: number, other: number): boolean {
  return one === DIGIT
    ? other === LETTER || other === HEX_LETTER
    : other === DIGIT && one <= HEX_LETTER && one > DIGIT;
}

function mark(characters: string, kind: number): void {
  for (const character of characters) kinds[character.charCodeAt(0)] = kind;
}
