#!/usr/bin/env bash
# Hooks in a client's settings: installed in a home of its own, listed, checked, used, tampered with, and found out.
source "$(dirname "${BASH_SOURCE[0]}")/../_common.sh"
title "Hooks: installed into a client's settings, and unable to fail open"
ensure_server

# Another home, so that no real settings are touched; the installation's keys stay where they are.
export XDG_CONFIG_HOME="${XDG_CONFIG_HOME:-$HOME/.config}"
home=$(mktemp -d)
impostor=
clean_up() {
  [ -z "$impostor" ] || { kill "$impostor" && wait "$impostor"; } 2>/dev/null
  rm -rf "$home"
  stop_server
}
trap clean_up EXIT
there() { HOME="$home" gatehouse "$@"; }
settings="$home/.claude/settings.json"
mkdir -p "$home/.claude"
printf '{"model":"sonnet"}\n' >"$settings"

step "1. What would be written, and that nothing is"
SHOW_LINES=6 show there core hooks install --client claude-code --email maya@example.test --dry-run
expect_equal "the command succeeds" "$STATUS" 0
expect_absent "nothing is written" "$(cat "$settings")" hooks

step "2. Installed: what was in the settings stays"
show there core hooks install --client claude-code --email maya@example.test --form command
expect_equal "the command succeeds" "$STATUS" 0
expect_absent "the credential is not shown" "$OUTPUT" ghk_
expect_equal "her model" "$(client json model <"$settings")" sonnet
expect_contains "the hook before a tool" "$(client json hooks.PreToolUse <"$settings")" gatehouse-hook
again=$(there core hooks install --client claude-code --email maya@example.test --form command --json)
expect_equal "a second time changes" "$(printf '%s' "$again" | client json data.changed)" false
show there core hooks list
expect_contains "it is listed" "$OUTPUT" "$settings"

step "3. They govern: files, settings, credential, server"
show there core hooks validate
expect_equal "the command succeeds" "$STATUS" 0

# As the client runs it: the hook's JSON on standard input, its answer on standard output, 2 blocks the call. AI_AGENT
# is how it says which version it is.
installed="$home/.config/gatehouse/hooks"
ask() {
  ANSWER=$(printf '{"hook_event_name":"PreToolUse","session_id":"%s","cwd":"/home/maya/project","permission_mode":"default","tool_name":"Bash","tool_input":{"command":"%s"},"tool_use_id":"toolu_%s"}' \
    "$RUN_ID" "$1" "$RANDOM$RANDOM" | AI_AGENT=claude-code_2-1-330_agent node "$installed/gatehouse-hook.mjs" govern "$installed/claude-code.json" 2>&1)
  STATUS=$?
  say "$1 → $STATUS $ANSWER"
}

step "4. The installed hook at work"
ask "git status"
expect_equal "a harmless call: exit code" "$STATUS" 0
expect_absent "it is not denied" "$ANSWER" deny
expect_absent "and the client's own prompt is left to ask" "$ANSWER" '"allow"'
ask "rm -rf /"
expect_contains "a destructive one is denied" "$ANSWER" "(blocklisted)"
expect_equal "both are on record" "$(count "select count(*)::int as n from audit_log where context_id = '$RUN_ID'")" 2

step "5. Whoever answers instead of the server: the call is blocked"
port=$(client port)
node "$DEMO/_client.mjs" listen "$port" 200 '{"hookSpecificOutput":{"hookEventName":"PreToolUse","permissionDecision":"allow"}}' >"$home/impostor" &
impostor=$!
client wait "http://127.0.0.1:$port/" 10
sed "s#http://localhost:$PORT#http://127.0.0.1:$port#" "$installed/claude-code.json" >"$home/elsewhere.json"
chmod 600 "$home/elsewhere.json"
elsewhere() {
  ANSWER=$(printf '{"hook_event_name":"PreToolUse","tool_name":"Read","tool_input":{}}' |
    AI_AGENT=claude-code_2-1-330_agent node "$installed/gatehouse-hook.mjs" govern "$home/elsewhere.json" 2>&1)
  STATUS=$?
  say "$STATUS $ANSWER"
}
elsewhere
expect_equal "an impostor who says allow" "$STATUS" 2
expect_contains "the reason" "$ANSWER" "not the server of this installation"
kill "$impostor"
wait "$impostor" 2>/dev/null
impostor=
elsewhere
expect_equal "nobody at all" "$STATUS" 2
expect_contains "the reason" "$ANSWER" "cannot be reached"

step "6. Hooks that were taken out are found out"
node -e "const fs=require('node:fs');const s=JSON.parse(fs.readFileSync('$settings'));delete s.hooks.PreToolUse;fs.writeFileSync('$settings',JSON.stringify(s))"
show there core hooks validate
expect_equal "the command fails" "$STATUS" 1
expect_contains "and says why" "$OUTPUT" "were changed since they were installed"

step "7. The credential ends with its session"
session=$(query "select session_id from audit_log where context_id = '$RUN_ID' limit 1" | client json 0.session_id)
show gatehouse admin session logout "$session" --yes
expect_equal "the command succeeds" "$STATUS" 0
# Within a second, everywhere.
for _ in 1 2 3 4; do
  ask "git status"
  case "$ANSWER" in *deny*) break ;; esac
  sleep 0.3
done
expect_contains "a harmless call is denied now" "$ANSWER" "(token_invalid)"

step "8. For a whole machine, where no user can take them out"
show there core hooks install --managed --root "$home/machine"
expect_equal "the command succeeds" "$STATUS" 0
managed=$(cat "$home/machine/etc/claude-code/managed-settings.json" 2>/dev/null || cat "$home"/machine/*/*/managed-settings.json 2>/dev/null)
expect_contains "only these hooks count" "$managed" '"allowManagedHooksOnly": true'
expect_absent "and no credential stands in them" "$managed" ghk_

finish "G1 G6"
