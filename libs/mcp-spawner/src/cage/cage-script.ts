/**
 * What builds a cage from within its new namespaces, and becomes the tool. Constant; what is hidden and kept arrives
 * in the files of folder `$1`, which is out of reach afterwards. `$1 outer` covers folders, `$1 targets` makes the
 * places for what is put back, `$1 inner` puts it back and covers what lies within. Whatever fails ends it: there is
 * no half cage.
 *
 * The shell that is left is process 1 of the namespace: when it ends, everything in it does, whatever session it
 * went to and whatever it did to its environment. The tool is no process 1, so that signals reach it.
 */
// biome-ignore-start lint/suspicious/noTemplateCurlyInString: the shell's own
export const CAGE_SCRIPT = [
  'plan=$1 stage=$2 mount=$3 umount=$4 mkdir=$5 folder=$6 data=$7; shift 7',
  'fail() { echo "gatehouse: the cage could not be built: $1" >&2; exit 125; }',
  '"$mount" --all --fstab "$plan/outer" || fail "hiding folders"',
  'while read -r kind path; do',
  '  if [ "$kind" = d ]; then "$mkdir" -p "$path" || fail "making $path"',
  '  else "$mkdir" -p "${path%/*}" && : >>"$path" || fail "making $path"; fi',
  'done <"$stage$plan/targets"',
  '"$mount" --all --fstab "$stage$plan/inner" || fail "putting folders back"',
  '"$umount" -l "$stage" || fail "letting go of the whole"',
  'cd "$folder" 2>/dev/null || cd / ; unset OLDPWD; ulimit -c 0; ulimit -d "$data" || fail "limiting memory"',
  'exec "$@"',
].join('\n');
// biome-ignore-end lint/suspicious/noTemplateCurlyInString: the shell's own

/** The last step: the tool beside process 1, which has nothing to say of its own, and its exit code as the cage's. */
export const TOOL_SCRIPT = 'exec 3>&2 2>/dev/null; "$@" 2>&3 3>&-; exit $?';
