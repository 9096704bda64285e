#!/usr/bin/env bash
# An allowed tool call from door to tool: five checks, a row before, the real MCP server, a row after.
source "$(dirname "${BASH_SOURCE[0]}")/../_common.sh"
title "Happy path: a tool call passes five checks and reaches a real MCP server"
ensure_server

step "1. A real MCP client calls a tool of a real MCP server through Gatehouse"
SHOW_LINES=40 show gatehouse plugins mcp call filesystem read_text_file --args '{"path":"notes.txt"}' --json
call=$OUTPUT
expect_equal "the command succeeds" "$STATUS" 0
expect_contains "the file's text comes back" "$call" "Quarterly close"

step "2. Two rows of one trace: the decision before the effect, the completion after it"
trace=$(query "select trace_id from audit_log where action = 'mcp__filesystem__read_text_file' and event = 'tool_call.completed' order by id desc limit 1" | client json 0.trace_id)
rows=$(query "select event, decision, policy from audit_log where trace_id = '$trace' order by id")
say "$rows"
expect_equal "first row" "$(printf '%s' "$rows" | client json 0.event)" tool_call.decided
expect_equal "second row" "$(printf '%s' "$rows" | client json 1.event)" tool_call.completed
expect_equal "decided by" "$(printf '%s' "$rows" | client json 0.policy)" default_allow

step "3. One command answers who, what, by which rules, with which result"
SHOW_LINES=60 show gatehouse infra logs audit "$trace" --full
for part in token scope secrets blocklist rate_limit read_text_file notes.txt "Quarterly close"; do
  expect_contains "the answer shows $part" "$OUTPUT" "$part"
done

finish "G1 A1 A3"
