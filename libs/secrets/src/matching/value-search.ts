import { encodedForms } from './encoded-forms.ts';
import { needleSearch } from './needle-search.ts';
import type { FindSpans } from './span.ts';

/**
 * Finds given values in memory images and files: in each of the listed encodings, and in UTF-16 as runtimes keep texts.
 * For proofs: whoever calls this knows the values.
 */
export function valueSearch(values: Readonly<Record<string, string>>): FindSpans {
  return needleSearch(
    Object.entries(values).flatMap(([name, value]) =>
      [...encodedForms(Buffer.from(value)), Buffer.from(value, 'utf16le')].map((bytes) => ({ name, bytes })),
    ),
  );
}
