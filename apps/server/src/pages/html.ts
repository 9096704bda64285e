/** Markup that is safe to show: made by `html` alone. */
export class Html {
  constructor(readonly text: string) {}
}

type Part = Html | string | number | null | undefined | false | readonly Part[];

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Markup in which whatever is put in stands as text, also in an attribute in quotes (threat T25). */
export function html(markup: TemplateStringsArray, ...parts: readonly Part[]): Html {
  let text = markup[0]!;
  for (const [at, part] of parts.entries()) text += `${shown(part)}${markup[at + 1]!}`;
  return new Html(text);
}

function shown(part: Part): string {
  if (part === null || part === undefined || part === false) return '';
  if (part instanceof Html) return part.text;
  if (typeof part === 'object') return part.map(shown).join('');
  // Direction and invisible characters could make one name look like another.
  return String(part)
    .replace(/[&<>"']/g, (character) => ESCAPES[character]!)
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '\uFFFD');
}
