const SIZE = 1_000_000;
const fill = (unit) => unit.repeat(Math.ceil(SIZE / unit.length)).slice(0, SIZE);
const base64 = (text) => Buffer.from(text).toString('base64');

const TEXTS = {
  prose: fill('The quick brown fox jumps over the lazy dog, and does it again. '),
  'Unicode escapes': fill('\\u0041\\u0042'),
  'JSON in JSON': fill('a line\\n\\"quoted\\" \\u0041'),
  'character references': fill('&#65;&#66;'),
  percent: fill('%41%42%43'),
  Cyrillic: fill('Съешь ещё этих мягких французских булок '),
  'look-alike letters': fill('аеорс '),
  'full-width letters': fill('ＡＢＣＤ'),
  'zero-width characters': fill('a\u200b'),
  base64: base64(fill('password = secret and stuff token=').slice(0, SIZE * 0.7)),
  'short base64': fill(`${base64('hello world this is text')} `),
  hex: fill('0123456789abcdef'),
  names: fill('token='),
  'names backwards': fill('nekot '),
  prefixes: fill('sk-'),
  'token starts': fill('eyJa.'),
  'names of vendors': fill('loggly.'),
  'hidden prefixes': fill('sk-proj-\u200b'),
  'values of names': fill('deployer_key=\\u0041'),
  'many tokens': fill('accountkey= aB3x9Zq8Lm2Kp4Rt7'),
};

/** The least processor time of five scans of each megabyte. */
export function worstCases(scan) {
  return Object.entries(TEXTS).map(([name, text]) => {
    let ms = Number.POSITIVE_INFINITY;
    for (let i = 0; i < 5; i += 1) {
      const before = process.cpuUsage();
      scan(text);
      const { user, system } = process.cpuUsage(before);
      ms = Math.min(ms, (user + system) / 1000);
    }
    return { name, ms };
  });
}
