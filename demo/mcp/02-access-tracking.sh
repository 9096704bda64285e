#!/usr/bin/env bash
# Who reached which MCP server with which tool, and who was turned away: at the MCP door and at the hook door alike.
source "$(dirname "${BASH_SOURCE[0]}")/../_common.sh"
title "Access tracking: every way to an MCP server, taken or barred, is on record"
ensure_server
before=$(spawns memory)
# Everything that comes after this row is of this run or of its time.
start=$(query "select max(id::text) as id from audit_log" | client json 0.id)
maya=$(token maya@example.test mcp/filesystem)

step "1. Maya's MCP client calls a tool that she may call"
answer=$(client mcp "$BASE/mcp/filesystem" "$maya" read_text_file '{"path":"notes.txt"}')
say "$(printf '%s' "$answer" | cut -c 1-200)"
expect_contains "the file's text comes back" "$answer" "Quarterly close"

step "2. The same with a credential in the argument"
# Built here so that no well-formed token stands in this file.
secret="ghp_$(node -p '[..."q7Zr2Lx9VbTm4Kd1Wp8Ns3Hy6Gc5Jf0"].join("")')Ab12C"
answer=$(client mcp "$BASE/mcp/filesystem" "$maya" read_text_file "{\"path\":\"$secret\"}")
say "$(printf '%s' "$answer" | cut -c 1-200)"
expect_contains "it is denied" "$answer" "(secret_detected)"
expect_absent "the answer does not repeat it" "$answer" "$secret"

step "3. A server that her role is not listed for, with her token for another one, and with none"
answer=$(client mcp "$BASE/mcp/memory" "$maya" read_graph '{}')
say "$(printf '%s' "$answer" | cut -c 1-200)"
expect_contains "a token for filesystem at memory" "$answer" "401 "
answer=$(client mcp "$BASE/mcp/filesystem" "" read_text_file '{"path":"notes.txt"}')
expect_contains "no token at all" "$answer" "401 "
hooks=$(token maya@example.test hooks)
hook "$hooks" mcp__memory__read_graph '{}'
expect_contains "by way of the hook door" "$REASON" "(scope_denied)"

step "4. The record: who, which server, which tool, how it was decided"
rows=$(query "select u.event, u.action, u.decision, u.policy, u.result ->> 'status' as status from audit_log u where u.id::text > '$start' and (u.session_id in (select session_id from audit_log where context_id = '$RUN_ID') or u.action like 'mcp\_\_filesystem\_\_%' or u.action like 'mcp\_\_memory\_\_%') order by u.id")
say "$rows"
expect_contains "the allowed call" "$rows" '"action":"mcp__filesystem__read_text_file","decision":"allow","policy":"default_allow"'
expect_contains "and its end" "$rows" '"event":"tool_call.completed"'
expect_contains "the denied call" "$rows" '"action":"mcp__filesystem__read_text_file","decision":"deny","policy":"secret_detected"'
expect_contains "the server that is not hers" "$rows" '"action":"mcp__memory__read_graph","decision":"deny","policy":"scope_denied"'
expect_absent "the credential is in no row" "$rows" "$secret"

step "5. By user, for a review"
show gatehouse infra logs audit list --user maya@example.test --action mcp__filesystem__read_text_file --limit 5
expect_equal "the command succeeds" "$STATUS" 0
expect_contains "it shows the denial" "$OUTPUT" secret_detected
expect_contains "and the call" "$OUTPUT" default_allow

step "6. Nothing was started for those who were turned away"
expect_equal "processes of the server memory" "$(spawns memory)" "$before"

finish "G1 G2 M2 A3"
