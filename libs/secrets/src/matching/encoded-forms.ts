/** Shorter forms are not looked for: they would be found in what is none. */
export const SHORTEST_FORM = 12;
/** A line of a secret of several lines counts as secret by itself from this length on. */
const SHORTEST_LINE = 16;
const JSON_LEVELS = 3;

/**
 * The byte sequences by which a value is known again, the listed encodings:
 * plain; in a JSON string, up to three levels deep, also with `\/` and with everything beyond ASCII as `\uXXXX`; every
 * character as `\uXXXX`; base64 and base64url at each of the three alignments; hex; percent, of what needs it or of
 * every byte; an HTML text; backwards. Hex digits in either case. Of a value of several lines each longer line too.
 */
export function encodedForms(value: Buffer): Buffer[] {
  const forms = new Map<string, Buffer>();
  const add = (form: string | Buffer) => {
    // A copy: the value itself is about to be wiped.
    const bytes = Buffer.from(form as Buffer);
    if (bytes.length >= SHORTEST_FORM) forms.set(bytes.toString('latin1'), bytes);
  };
  addForms(value, add);
  const lines = value.toString('utf8').split(/\r?\n/);
  if (lines.length > 1) {
    for (const line of lines) if (Buffer.byteLength(line) >= SHORTEST_LINE) addForms(Buffer.from(line), add);
  }
  return [...forms.values()];
}

function addForms(value: Buffer, add: (form: string | Buffer) => void): void {
  add(value);
  for (const form of base64Forms(value)) {
    add(form);
    add(form.replaceAll('+', '-').replaceAll('/', '_'));
  }
  const hex = value.toString('hex');
  add(hex);
  add(hex.toUpperCase());
  const percent = [...value].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join('');
  add(percent);
  add(percent.toUpperCase());
  const text = value.toString('utf8');
  if (!Buffer.from(text).equals(value)) return;
  addTextForms(text, add);
}

function addTextForms(text: string, add: (form: string) => void): void {
  for (const escaped of [inJson, inAsciiJson, inUpperAsciiJson, withSlashEscaped]) {
    let form = text;
    for (let level = 1; level <= JSON_LEVELS; level += 1) {
      form = escaped(form);
      add(form);
    }
  }
  for (const form of [unicodeEscaped(text), inJson(unicodeEscaped(text))]) {
    add(form);
    add(form.replaceAll(/[0-9a-f]{4}/g, (digits) => digits.toUpperCase()));
  }
  const percent = encodeURIComponent(text);
  const inForm = new URLSearchParams([['', text]]).toString().slice(1);
  for (const form of [percent, strictPercent(percent), encodeURI(text), inForm]) {
    add(form);
    add(form.replaceAll(/%[0-9A-F]{2}/g, (digits) => digits.toLowerCase()));
  }
  add(inHtml(text, '&#39;'));
  add(inHtml(text, '&#x27;'));
  add(Array.from(text).reverse().join(''));
}

/** What of the base64 text is the same whatever stands around the value, at each alignment. */
function base64Forms(value: Buffer): string[] {
  return [0, 1, 2].map((before) => {
    const text = Buffer.concat([Buffer.alloc(before), value]).toString('base64');
    const whole = Math.floor(((before + value.length) * 8) / 6);
    return text.slice(before === 0 ? 0 : before + 1, whole);
  });
}

function inJson(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}

const inAsciiJson = (text: string): string =>
  inJson(text).replaceAll(/[^\u0000-\u007f]/g, (unit) => escapeOf(unit));
const inUpperAsciiJson = (text: string): string =>
  inJson(text).replaceAll(/[^\u0000-\u007f]/g, (unit) => `\\u${escapeOf(unit).slice(2).toUpperCase()}`);
const withSlashEscaped = (text: string): string => inJson(text).replaceAll('/', '\\/');

function unicodeEscaped(text: string): string {
  return Array.from({ length: text.length }, (_none, at) => escapeOf(text[at]!)).join('');
}

function escapeOf(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

/** RFC 3986: what `encodeURIComponent` leaves alone beyond the unreserved characters. */
function strictPercent(percent: string): string {
  return percent.replaceAll(/[!'()*]/g, (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`);
}

function inHtml(text: string, apostrophe: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", apostrophe);
}
