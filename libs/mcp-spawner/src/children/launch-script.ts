/**
 * What `/bin/sh` runs in place of a tool: it leaves a watcher in the tool's process group and becomes the tool.
 * The text is constant; the tool and its arguments arrive as positional parameters and are never interpreted.
 *
 * Descriptor 3 is the lifeline, a socket whose other end only the server holds. However the server ends, SIGKILL
 * included, the watcher reads the end of it and kills the whole group, itself and the tool's children with it, and
 * before that whatever has left the group and still carries the child's folder in its environment (`setsid`).
 * The tool itself has no descriptor 3. The watcher ignores the polite signals, so that a tool which is slow to
 * stop is still watched. No core file may hold what a tool was given.
 */
// biome-ignore-start lint/suspicious/noTemplateCurlyInString: the shell's own
export const LAUNCH_SCRIPT = [
  'ulimit -c 0',
  '( trap "" TERM INT HUP; read -r line <&3; read -r me rest </proc/self/stat',
  'case "${GATEHOUSE_CHILD:-}" in /*/gatehouse-mcp-*/child-*)',
  '  for file in $(grep -lsF -- "$GATEHOUSE_CHILD" /proc/[0-9]*/environ); do',
  '    pid=${file#/proc/}; pid=${pid%/environ}; [ "$pid" = "$me" ] || kill -9 "$pid"',
  '  done ;;',
  'esac; kill -9 0 ) </dev/null >/dev/null 2>&1 &',
  'exec "$@" 3<&-',
].join('\n');
// biome-ignore-end lint/suspicious/noTemplateCurlyInString: the shell's own
