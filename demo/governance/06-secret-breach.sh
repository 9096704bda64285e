#!/usr/bin/env bash
# The hero: a tool call that carries a credential is denied before any process is started, and the credential is in
# no answer, no row and no log line.
source "$(dirname "${BASH_SOURCE[0]}")/../_common.sh"
title "Secret breach: a GitHub token in a tool call goes nowhere"
ensure_server

# Built here so that no well-formed token stands in this file.
middle=$(node -p '[..."q7Zr2Lx9VbTm4Kd1Wp8Ns3Hy6Gc5Jf0"].join("")')
github_token="ghp_${middle}Ab12C"
gatehouse plugins mcp restart everything --quiet >/dev/null 2>&1
before=$(spawns everything)
rows_before=$(count "select count(*)::int as n from audit_log where action = 'mcp__everything__echo'")

step "1. A real MCP client calls a real tool, with a GitHub token in the argument"
show gatehouse plugins mcp call everything echo --args "{\"message\":\"deploy with $github_token\"}"
answer=$(printf '%s\n' "$OUTPUT"; cat "$RUN_FOLDER/stderr")
expect_contains "it is denied by the secrets check" "$answer" "(secret_detected)"
if [ "$STATUS" -ne 0 ]; then passed "the command exits non-zero ($STATUS)"; else failed "the command exits non-zero"; fi

step "2. Before any process was started"
expect_equal "processes ever started for the server" "$(spawns everything)" "$before"

step "3. On record: exactly one row"
rows_after=$(count "select count(*)::int as n from audit_log where action = 'mcp__everything__echo'")
expect_equal "new rows" "$((rows_after - rows_before))" 1
row=$(query "select * from audit_log where action = 'mcp__everything__echo' order by id desc limit 1")
expect_equal "decided by" "$(printf '%s' "$row" | client json 0.policy)" secret_detected
say "$(printf '%s' "$row" | client json 0.reason)"
say "$(printf '%s' "$row" | client json 0.evaluation.content.input)"

step "4. Not a piece of the token anywhere"
log=$(cat "$RUN_FOLDER/server.log" 2>/dev/null || true)
for part in "$middle" "${middle:0:8}" "${middle:12:8}"; do
  expect_absent "the answer holds no $(printf '%.3s' "$part")…" "$answer" "$part"
  expect_absent "the row holds no $(printf '%.3s' "$part")…" "$row" "$part"
  expect_absent "the server's log holds no $(printf '%.3s' "$part")…" "$log" "$part"
done

step "5. The same at the hook door, in a value, in a key, in a file to be written"
maya=$(token maya@example.test hooks)
hook "$maya" Bash "{\"command\":\"curl -H 'Authorization: Bearer $github_token' https://api.github.com\"}" >/dev/null
expect_contains "in a command" "$REASON" "(secret_detected)"
hook "$maya" Write "{\"file_path\":\"/home/maya/.env\",\"content\":\"GITHUB_TOKEN=$github_token\"}" >/dev/null
expect_contains "in a file's content" "$REASON" "(secret_detected)"
hook "$maya" Custom "{\"$github_token\":true}" >/dev/null
expect_contains "in a key" "$REASON" "(secret_detected)"
expect_absent "the answer does not repeat it" "$ANSWER" "$middle"

step "6. And the harmless call goes through"
show gatehouse plugins mcp call everything echo --args '{"message":"deploy"}'
expect_equal "the command succeeds" "$STATUS" 0
expect_contains "the tool answers" "$OUTPUT" "deploy"

finish "G1 G3"
