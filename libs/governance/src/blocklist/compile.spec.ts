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

  it('reads a program in another language for what it holds, and does not ask it to be shell', () => {
    const script = (text: string, key = 'script') =>
      judged({ [key]: text }, { tool: 'mcp__x__run' })?.line ?? null;
    expect(script("const x = document.querySelector('a'); x.delete(); it's")).toBeNull();
    expect(script('import os\nos.system("rm -rf /")', 'code')).toBe('rm-recursive-root');
    expect(script("import shutil\nshutil.rmtree('/etc')")).toBe('rm-recursive-system');
    expect(script('import x\nrm -rf /')).toBe('rm-recursive-root');
    expect(script('rm -rf /', 'code')).toBe('rm-recursive-root');
    expect(script("cur.execute('DROP TABLE users')", 'code')).toBe('sql-drop');
    expect(script('def f(x):\n    del x\n    return "format"', 'code')).toBeNull();
  });

  it('denies what a budget leaves unread, when it looks destructive', () => {
    const filler = Array.from({ length: 6 }, () => ({ command: `echo '${'x'.repeat(60_000)}';` }));
    expect(judged({ steps: [...filler, { command: 'rm -rf /' }] })?.line).toBe('command-unreadable');
    expect(judged({ steps: [...filler, { sql: 'DROP TABLE users' }] })?.line).toBe('command-unreadable');
    expect(judged({ steps: [...filler, { command: 'cat services/x; true' }] })?.category).not.toBeUndefined();
    expect(judged({ steps: [...filler, { command: 'ls -la; true' }] })).toBeNull();
    const loops = 'for a in 1 2 3 4 5 6 7 8; do '.repeat(8);
    expect(judged({ command: `${loops} echo hi; rm -rf x ${'; done'.repeat(8)}` })?.line).toBe(
      'command-unreadable',
    );
    expect(
      judged({ a: Array.from({ length: 30_000 }, () => ({ b: 1 })), z: { command: 'rm -rf /' } })?.line,
    ).toBe('rm-recursive-root');
  });

  it('takes time in proportion to the text', () => {
    const pieces = [
      '(',
      '$(',
      '`',
      '{a,b}',
      '${a:-',
      '<<A ',
      'for i in a b c d; do ',
      "find . -exec a {} ';' ",
      'aws 0.0.0.0/0 ',
      'x=$x$x;',
      'python -c "\'\\ ',
      'remove( ',
      'everyone ',
      '/',
      '*a*b',
    ];
    for (const piece of pieces) {
      const started = process.cpuUsage();
      judged(
        { command: piece.repeat(Math.ceil(60_000 / piece.length)), code: `system ${piece.repeat(4000)}` },
        { cwd: '/srv/gate' },
      );
      // Its own time on the processor: a busy machine does not count.
      expect(process.cpuUsage(started).user, piece).toBeLessThan(2_000_000);
    }
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

  it.each(['{ services/ ,', '[services/x]', '{services/governance/a,b}', '{a/b,'])(
    'reads the path %j',
    (path) => {
      expect(() => judged({ path }, { cwd: '/srv/gate' })).not.toThrow();
    },
  );

  it('never throws, whatever the value', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.string(), (value, tool) => void judged(value as never, { tool })),
      { numRuns: 1000 },
    );
  });
});
