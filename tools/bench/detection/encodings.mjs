import { deflateSync, gzipSync } from 'node:zlib';

const each = (text, write) => Array.from(Buffer.from(text), write).join('');
const hex = (byte) => byte.toString(16).padStart(2, '0');
const unit = (code) => code.toString(16).padStart(4, '0');
const units = (text) => Array.from({ length: text.length }, (_, i) => text.charCodeAt(i));
const LOOK_ALIKES = { a: 'а', e: 'е', o: 'о', p: 'р', c: 'с', x: 'х', y: 'у', i: 'і' };

/** Ways to hide a text, each by itself. */
export const ENCODINGS = {
  base64: (text) => Buffer.from(text).toString('base64'),
  base64url: (text) => Buffer.from(text).toString('base64url'),
  hex: (text) => Buffer.from(text).toString('hex'),
  percent: (text) => each(text, (byte) => `%${hex(byte)}`),
  'Unicode escapes': (text) =>
    units(text)
      .map((code) => `\\u${unit(code)}`)
      .join(''),
  'JSON in JSON': (text) => JSON.stringify(JSON.stringify({ text })),
  'gzip in base64': (text) => gzipSync(text).toString('base64'),
  'deflate in base64': (text) => deflateSync(text).toString('base64'),
  'zero-width characters': (text) => Array.from(text).join('\u200b'),
  'bidirectional characters': (text) => `\u202e${Array.from(text).join('\u2066')}`,
  'look-alike letters': (text) => text.replaceAll(/[aeopcxyi]/g, (letter) => LOOK_ALIKES[letter]),
  'full-width letters': (text) =>
    text.replaceAll(/[!-~]/g, (c) => String.fromCharCode(c.charCodeAt(0) + 0xfee0)),
  reversed: (text) => Array.from(text).reverse().join(''),
  'base64 three times': (text) => [1, 2, 3].reduce((t) => Buffer.from(t).toString('base64'), text),
};
