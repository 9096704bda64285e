#!/usr/bin/env bash
# One trace id from the client's request to the last row: across tools and processes, with the time of each step.
source "$(dirname "${BASH_SOURCE[0]}")/../_common.sh"
title "Request tracing: one id finds everything that a request led to"
ensure_server
maya=$(token maya@example.test hooks)
trace=$(node -p 'require("node:crypto").randomBytes(16).toString("hex")')

step "1. A client that traces sends its trace along with two calls"
for tool in Read Grep; do
  ANSWER=$(client hook "$BASE/api/v1/hooks/govern" "$maya" "$tool" '{"pattern":"invoice","file_path":"notes.txt"}' "$RUN_ID" "00-$trace-00f067aa0ba902b7-01")
  say "$tool → $ANSWER"
  expect_equal "$tool" "$(printf '%s' "$ANSWER" | client json hookSpecificOutput.permissionDecision)" allow
done

step "2. Its id finds both"
show gatehouse infra logs audit "$trace"
expect_equal "the command succeeds" "$STATUS" 0
expect_contains "the first" "$OUTPUT" Read
expect_contains "the second" "$OUTPUT" Grep
expect_equal "rows" "$(count "select count(*)::int as n from audit_log where trace_id = '$trace'")" 2

step "3. A client that does not trace is given an id of its own for each request"
hook "$maya" Read '{"file_path":"a"}'
hook "$maya" Read '{"file_path":"b"}'
ids=$(count "select count(distinct trace_id)::int as n from audit_log where context_id = '$RUN_ID' and trace_id <> '$trace'")
expect_equal "ids" "$ids" 2

step "4. A call that reaches a tool: the decision, the completion, and where the time went"
show gatehouse plugins mcp call filesystem list_directory --args '{"path":"."}' --json
call=$(printf '%s' "$OUTPUT" | client json data.trace_id)
rows=$(query "select event, evaluation -> 'rules' as rules, result ->> 'durationMs' as ms from audit_log where trace_id = '$call' order by id")
expect_equal "first" "$(printf '%s' "$rows" | client json 0.event)" tool_call.decided
expect_equal "second" "$(printf '%s' "$rows" | client json 1.event)" tool_call.completed
for number in 0 1 2 3 4; do
  rule=$(printf '%s' "$rows" | client json "0.rules.$number")
  say "$rule"
  expect_contains "check $((number + 1)) has its time" "$rule" '"durationUs":'
done
tool_ms=$(printf '%s' "$rows" | client json 1.ms)
if [ -n "$tool_ms" ]; then passed "the tool's own time: $tool_ms ms"; else failed "the tool's own time"; fi

step "5. The same as one answer for a person"
SHOW_LINES=30 show gatehouse infra logs audit "$call" --full
expect_contains "the decision" "$OUTPUT" tool_call.decided
expect_contains "the completion" "$OUTPUT" tool_call.completed

finish "A3"
