import { lintSource } from '@secretlint/core';
import { creator as recommended } from '@secretlint/secretlint-rule-preset-recommend';
import { RE2JS } from 're2js';

const FILES = 150;
const LARGEST = 20_000;

/** Time and recall on the same texts: ours, secretlint's recommended rules, our patterns one by one in a linear-time engine. */
export async function compareEngines({ rules, scan, secrets, ordinary }) {
  const config = { rules: [{ id: '@secretlint/secretlint-rule-preset-recommend', rule: recommended }] };
  const bySecretlint = async (content) => {
    const source = { content, filePath: '/text', ext: '.txt', contentType: 'text' };
    const { messages } = await lintSource({ source, options: { config } });
    return messages.length > 0;
  };
  const linear = rules.flatMap(compiled);
  const byLinearEngine = (text) => linear.filter((pattern) => pattern.matcher(text).find()).length > 0;
  const texts = ordinary
    .map((file) => file.text)
    .filter((text) => text.length < LARGEST)
    .slice(0, FILES);
  const bytes = texts.reduce((sum, text) => sum + text.length, 0);
  const lines = [];
  const measure = async (name, find) => {
    const startedAt = performance.now();
    for (const text of texts) await find(text);
    const ms = performance.now() - startedAt;
    const labelled = async (secret) => {
      let found = 0;
      for (const { text } of secrets.filter((one) => one.secret === secret)) if (await find(text)) found += 1;
      return found;
    };
    lines.push(
      `${name}: ${(bytes / 1000 / ms).toFixed(1)} MB/s, found ${await labelled(true)}, false ${await labelled(false)}`,
    );
  };
  await measure('gatehouse', (text) => scan(text).found);
  await measure('secretlint, recommended rules', bySecretlint);
  await measure(`${linear.length} patterns one by one in re2js`, byLinearEngine);
  return lines;
}

/** RE2 has no lookaround, and bounds a repeat at 1000: those patterns are left out. */
function compiled(pattern) {
  try {
    return [RE2JS.compile(pattern.source, pattern.flags.includes('i') ? RE2JS.CASE_INSENSITIVE : 0)];
  } catch {
    const without = pattern.source.replaceAll(/\(\?<?[!=](?:\[[^\]]*\]|[^()[\]])*\)/g, '');
    try {
      return [RE2JS.compile(without, pattern.flags.includes('i') ? RE2JS.CASE_INSENSITIVE : 0)];
    } catch {
      return [];
    }
  }
}
