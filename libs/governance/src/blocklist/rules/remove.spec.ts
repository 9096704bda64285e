// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the cases are shell text
import { describe, expect, it } from 'vitest';
import { lineOf } from '../test/sample-installation.ts';

const CWD = '/work/app';

describe('deleting folders', () => {
  it.each([
    ['rm -rf /', 'rm-recursive-root'],
    ['rm -r -f /', 'rm-recursive-root'],
    ['rm -fr -- /', 'rm-recursive-root'],
    ['rm --recursive --force /*', 'rm-recursive-root'],
    ['rm --rec /', 'rm-recursive-root'],
    ['rm / -rf', 'rm-recursive-root'],
    ['rm -rf ~', 'rm-recursive-root'],
    ['rm -rf ~/', 'rm-recursive-root'],
    ['rm -rf ~/*', 'rm-recursive-root'],
    ['rm -rf $HOME', 'rm-recursive-root'],
    ['rm -rf "$HOME"', 'rm-recursive-root'],
    ['rm -rf ${HOME}/', 'rm-recursive-root'],
    ['rm -rf .', 'rm-recursive-root'],
    ['rm -rf ./', 'rm-recursive-root'],
    ['rm -rf *', 'rm-recursive-root'],
    ['rm -rf ./*', 'rm-recursive-root'],
    ['rm -rf ..', 'rm-recursive-root'],
    ['rm -rf ../..', 'rm-recursive-root'],
    ['rm -rf ../*', 'rm-recursive-root'],
    ['rm -rf build/../..', 'rm-recursive-root'],
    ['rm -rf //', 'rm-recursive-root'],
    ['rm -rf /./', 'rm-recursive-root'],
    ['rm -rf /tmp/../', 'rm-recursive-root'],
    ['rm -rf "$BUILD_DIR"/*', 'rm-recursive-root'],
    ['rm -rf /home/someone', 'rm-recursive-root'],
    ['rm -rf $(git rev-parse --show-toplevel)', 'rm-recursive-root'],
    ['rm -rf $PWD', 'rm-recursive-root'],
    ['rm -rf `pwd`', 'rm-recursive-root'],
    ['rm -rf /etc', 'rm-recursive-system'],
    ['rm -rf /etc/nginx', 'rm-recursive-system'],
    ['rm -rf /usr/*', 'rm-recursive-system'],
    ['rm -rf /var/lib/postgresql', 'rm-recursive-system'],
    ['rm -rf /srv/data', 'rm-recursive-system'],
    ['rm -rf ~/Documents', 'rm-recursive-outside'],
    ['rm -rf ~/.ssh', 'rm-recursive-outside'],
    ['rm -rf /data/customers', 'rm-recursive-outside'],
    ['rm -rf ../other-project', 'rm-recursive-outside'],
    ['rm -rf .git', 'rm-git-folder'],
    ['rm -rf ./vendor/x/.git/', 'rm-git-folder'],
    ['rm --no-preserve-root -rf build', 'rm-no-preserve-root'],
    ['rm -f /etc/passwd', 'rm-system-file'],
    ['rm /boot/vmlinuz', 'rm-system-file'],
    ['rm -f /*', 'rm-recursive-root'],
    ['find / -delete', 'find-delete'],
    ['find . -delete', 'find-delete'],
    ['find . -type f -exec rm -f {} \\;', 'find-delete'],
    ['find ~ -name "*.txt" -delete', 'find-delete'],
    ['find /etc -name "*.conf" -exec rm {} +', 'find-delete'],
    ['rmdir /s /q C:\\\\', 'rm-recursive-root'],
    ['del /f /s /q C:\\\\*', 'rm-recursive-root'],
    ['rimraf /', 'rm-recursive-root'],
    ['shred -u secrets.txt', 'shred'],
    ['mv / /tmp/x', 'move-root'],
    ['mv ~/ /tmp', 'move-root'],
    ['mv important.db /dev/null', 'move-to-nowhere'],
    ['rsync -a --delete empty/ data/', 'sync-delete'],
    ['cat x > /etc/passwd', 'overwrite-system'],
    ['curl -sSo /usr/bin/jq https://host/jq', 'overwrite-system'],
    ['wget https://host/hosts -O /etc/hosts', 'overwrite-system'],
    ['rm -rf ~maria/photos', 'rm-recursive-outside'],
    ['rm -rf ../other/build', 'rm-recursive-outside'],
    ['rm -f /srv/mail/*', 'rm-recursive-system'],
    ['rm /data/customers/*', 'rm-recursive-outside'],
  ])('denies %s', (command, line) => {
    expect(lineOf(command, CWD)).toBe(line);
  });

  it.each([
    'rm file.txt',
    'rm -f a.log b.log',
    'rm -rf build',
    'rm -rf ./build',
    'rm -rf ./build/*',
    'rm -rf node_modules dist .next',
    'rm -rf /tmp/work',
    'rm -rf /tmp/*',
    'rm -rf /var/tmp/x',
    'rm -rf "$TMPDIR/x"',
    'rm -rf "$(mktemp -d)"',
    'rm -rf "$BUILD_DIR"',
    'rm -rf "${OUT:-./out}"',
    'rm -rf /work/app/src/old',
    'rm -rf /home/someone/project/node_modules',
    'rm -rf ~/.cache/pip',
    'rm -rf ../app/dist',
    'rm -rf ../other/node_modules ../other/.next',
    'rm -f build/* /tmp/x/* ~/.cache/x/*',
    'curl -o /tmp/jq https://host/jq',
    'curl -sSo jq https://host/jq',
    'cd build && rm -rf *',
    'cd /tmp/x; rm -rf ./*',
    'rm -i notes.md',
    'rmdir empty',
    'find . -name "*.pyc" -delete',
    'find ./src -name "*.orig" -exec rm {} \\;',
    'find . -name node_modules -type d -prune -exec rm -rf {} +',
    'find / -name "*.conf"',
    'mv a.txt b.txt',
    'mv /tmp/a ./b',
    'rsync -a src/ dst/',
    'rsync -avn --delete src/ dst/',
    'cat a > out.txt',
    'git rm --cached big.bin',
  ])('allows %s', (command) => {
    expect(lineOf(command, CWD)).toBeNull();
  });

  it('follows cd to where the deletion happens', () => {
    expect(lineOf('cd / && rm -rf *', CWD)).toBe('rm-recursive-root');
    expect(lineOf('cd ..; rm -rf ./*', CWD)).toBe('rm-recursive-root');
    expect(lineOf('(cd /etc && ls); rm -rf nginx', CWD)).toBeNull();
    expect(lineOf('cd /etc; rm -rf nginx', CWD)).toBe('rm-recursive-system');
    expect(lineOf('cd .. && rm -rf build', CWD)).toBe('rm-recursive-outside');
    expect(lineOf('{ cd ..; echo; } && rm -rf build', CWD)).toBe('rm-recursive-outside');
    expect(lineOf('builtin cd /data && rm -rf old', CWD)).toBe('rm-recursive-outside');
    expect(lineOf('command cd build && rm -rf old', CWD)).toBeNull();
  });

  it.each([
    ['find . -print0 | xargs -0 rm -rf', 'rm-recursive-root'],
    ['find / -type f | xargs rm -f', 'rm-recursive-root'],
    ['find /data -mindepth 1 -print0 | xargs -0 rm -r', 'rm-recursive-outside'],
    ['xargs -a names rm -rf', 'rm-recursive-listed'],
    ['echo a | xargs --arg-file=names rm -r', 'rm-recursive-listed'],
    ['ls | grep -v keep | xargs -I{} rm -rf {}', 'rm-recursive-listed'],
    ['sort names | parallel rm -rf', 'rm-recursive-listed'],
    ['cat names | xargs rm -f', null],
    ['cat names | xargs -I{} rm -rf build/{}', null],
    ['find . -name node_modules | xargs rm -rf', null],
    ['echo build dist | xargs rm -rf', null],
    ['find . -name "*.o" | xargs rm -f', null],
    ['find build -type f | xargs rm -f', null],
    ['find . -type f | xargs grep -l TODO', null],
  ])('knows what find prints: %s', (command, line) => {
    expect(lineOf(command, CWD)).toBe(line);
  });

  it('judges without a working folder too', () => {
    expect(lineOf('rm -rf build')).toBeNull();
    expect(lineOf('rm -rf .')).toBe('rm-recursive-root');
    expect(lineOf('rm -rf ..')).toBe('rm-recursive-root');
    expect(lineOf('rm -rf ../x')).toBe('rm-recursive-outside');
  });
});
