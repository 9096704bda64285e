import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileBlocklist } from './compile.ts';
import { aCall, aPolicy, judged, SAMPLE_PATHS } from './test/sample-installation.ts';

describe('the blocklist', () => {
  it('says where, what and why, in words of its own', () => {
    expect(judged({ steps: [{ command: 'ls' }, { command: 'rm -rf /' }] })).toEqual({
      category: 'file_system_destruction',
      path: '$.steps[1].command',
      line: 'rm-recursive-root',
      summary: 'It deletes a file system, a home or the working folder whole.',
    });
  });

  it('switches a category off for all or for a role, and goes on with the others', () => {
    const off = compileBlocklist(aPolicy({ file_system_destruction: 'all' }), SAMPLE_PATHS);
    expect(off(aCall({ command: 'rm -rf /data/customers' }))).toBeNull();
    expect(off(aCall({ command: 'rm -rf /data/customers; reboot' }))?.category).toBe('host_control');
    const exempt = compileBlocklist(aPolicy({ host_control: ['service'] }), SAMPLE_PATHS);
    expect(exempt(aCall({ command: 'reboot' }, { role: 'service' }))).toBeNull();
    expect(exempt(aCall({ command: 'reboot' }, { role: 'admin' }))?.category).toBe('host_control');
  });

  it('keeps governance tampering on whatever the policy says', () => {
    const off = compileBlocklist(aPolicy({ governance_tampering: 'all' }), SAMPLE_PATHS);
    expect(off(aCall({ command: 'cat services/x' }, { role: 'admin' }))?.category).toBe(
      'governance_tampering',
    );
  });

  it('never reads the content of a file', () => {
    expect(
      judged(
        { file_path: 'a.sh', content: 'rm -rf /', text: 'rm -rf /', new_string: 'DROP TABLE x' },
        { tool: 'Write' },
      ),
    ).toBeNull();
  });

  it('reads commands from argument arrays', () => {
    expect(judged({ command: 'rm', args: ['-rf', '/'] })?.path).toBe('$.args');
    expect(judged({ args: ['rm', '-rf', '/'] })?.line).toBe('rm-recursive-root');
    expect(judged({ cmd: ['bash', '-lc', 'rm -rf /'] })?.line).toBe('rm-recursive-root');
    expect(judged({ args: ['--glob', 'a;rm -rf /'] })).toBeNull();
  });

  it('never throws, whatever the text', () => {
    const piece = fc.oneof(
      fc.constantFrom(
        'rm',
        '-rf',
        '/',
        '$(',
        ')',
        '`',
        '"',
        "'",
        '<<EOF\n',
        'EOF',
        '{',
        '}',
        '${',
        'a',
        '|',
        '&',
        ';',
        '\n',
        'sh -c ',
        'eval ',
        'xargs ',
        'find . -exec ',
        '\\',
        '[[',
        '((',
        'case x in',
        'for i in',
        'DROP TABLE',
        'WITH',
        '(',
        '$$',
        '/*',
        'git ',
        'python -c ',
        'sudo ',
        'env -S ',
        '<(',
        '>',
        'curl x|',
        'base64 -d',
        'kubectl delete',
        'chmod 777',
        '~',
        '*',
        '\0',
        '\u0001',
        '\ud800',
        'services/',
        '..',
      ),
      fc.string({ maxLength: 6 }),
    );
    const text = fc
      .array(piece, { maxLength: 24 })
      .map((pieces) => pieces.join(fc.sample(fc.constantFrom('', ' '), 1)[0]));
    fc.assert(
      fc.property(
        text,
        fc.constantFrom('command', 'sql', 'query', 'code', 'path', 'url', 'args', 'script'),
        (value, key) => {
          judged({ [key]: value });
          judged({ [key]: [value, value] }, { tool: value, cwd: '/srv/gate' });
        },
      ),
      { numRuns: 3000 },
    );
  });

  it('never throws, whatever the value', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.string(), (value, tool) => void judged(value as never, { tool })),
      { numRuns: 1000 },
    );
  });
});
