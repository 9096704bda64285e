import { expect, it } from 'vitest';
import { aCheckout } from '../../../test/a-checkout.ts';
import { loadServices } from '../load-services.ts';

const FILE = 'services/export/sinks.yaml';

function problemsOf(yaml: string): string[] {
  const { installation } = aCheckout({ [FILE]: yaml });
  const outcome = loadServices(installation);
  return outcome.ok ? [] : outcome.problems.map(({ line, path, message }) => `${line} ${path} ${message}`);
}

it('reads a sink with its defaults', () => {
  const { installation } = aCheckout({
    [FILE]:
      'sinks:\n  siem:\n    kind: splunk_hec\n    url: https://splunk.test:8088/services/collector/event\n    credential_file: /etc/gatehouse/hec\n',
  });
  const outcome = loadServices(installation);
  expect(outcome.ok && outcome.services.exportSinks.get('siem')).toMatchObject({
    name: 'siem',
    kind: 'splunk_hec',
    enabled: true,
    format: 'ndjson',
    content: false,
    credentialFile: '/etc/gatehouse/hec',
    batchRows: 500,
    timeoutMs: 10_000,
    writtenAt: { file: FILE, line: 2 },
  });
});

it.each([
  [
    'an address with a credential',
    'kind: sumo\n    url: https://u:p@x.test/\n    credential_file: /a',
    /url/,
  ],
  [
    'a kind that needs a credential and has none',
    'kind: datadog\n    url: https://x.test/api/v2/logs',
    /credential_file is missing/,
  ],
  ['a file without its path', 'kind: file', /path is missing/],
  ['a path that is relative', 'kind: file\n    path: audit.log', /path/],
  [
    'an address for standard output',
    'kind: stdout\n    url: https://x.test/',
    /url is not for a sink of kind stdout/,
  ],
  [
    'CEF for Elasticsearch',
    'kind: elasticsearch\n    url: https://x.test/\n    credential_file: /a\n    format: cef',
    /format is no format for elasticsearch/,
  ],
  ['a key that is misspelt', 'kind: stdout\n    formt: cef', /formt/],
])('refuses %s, with its place', (_what, entry, told) => {
  const problems = problemsOf(`sinks:\n  a:\n    ${entry}\n`);
  expect(problems.length).toBeGreaterThan(0);
  expect(problems.join('\n')).toMatch(told);
  expect(problems[0]).toMatch(/^\d+ sinks\.a/);
});

it('refuses a credential that lies in the checkout', () => {
  const checkout = aCheckout();
  checkout.write(
    FILE,
    `sinks:\n  a:\n    kind: datadog\n    url: https://x.test/\n    credential_file: ${checkout.path('key')}\n`,
  );
  const outcome = loadServices(checkout.installation);
  expect(outcome.ok ? [] : outcome.problems).toMatchObject([{ line: 5, message: 'lies in the checkout' }]);
});
