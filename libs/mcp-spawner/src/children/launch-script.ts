/**
 * What `/bin/sh` runs in place of a tool: it leaves a watcher in the tool's process group and becomes the tool.
 * The text is constant; the tool and its arguments arrive as positional parameters and are never interpreted.
 *
 * Descriptor 3 is the lifeline, a socket whose other end only the server holds. However the server ends, SIGKILL
 * included, the watcher reads the end of it and kills the whole group, itself and the tool's children with it.
 * The tool itself has no descriptor 3. The watcher ignores the polite signals, so that a tool which is slow to
 * stop is still watched. No core file may hold what a tool was given.
 */
export const LAUNCH_SCRIPT = [
  'ulimit -c 0',
  '( trap "" TERM INT HUP; read -r line <&3; kill -9 0 ) </dev/null >/dev/null 2>&1 &',
  'exec "$@" 3<&-',
].join('\n');
