#!/usr/bin/env bash
# What the server says of itself, what was decided, and how both leave: one group of commands over one database.
source "$(dirname "${BASH_SOURCE[0]}")/../_common.sh"
title "Logs: viewed, searched, exported; a call found by any of its ids"
ensure_server

step "1. The log, with every line in the database"
show gatehouse infra logs view --tail 5
expect_equal "the command succeeds" "$STATUS" 0
show gatehouse infra logs summary --since 24h
expect_equal "the command succeeds" "$STATUS" 0
expect_contains "it counts by level" "$OUTPUT" "level"
answer=$(gatehouse infra logs search "no line says this: $RUN_ID" --json)
expect_equal "a search that finds nothing" "$(printf '%s' "$answer" | client json data.total)" 0

step "2. A call that is denied, and its trace"
TOKEN=$(token admin@localhost hooks)
hook "$TOKEN" Bash '{"command":"rm -rf / # '"$RUN_ID"'"}'
expect_equal "decision" "$DECISION" deny
trace=$(query "select trace_id from audit_log where event = 'tool_call.decided' and evaluation::text like '%$RUN_ID%' order by id desc limit 1" | client json 0.trace_id)
show gatehouse infra logs trace show "$trace"
expect_equal "the command succeeds" "$STATUS" 0
expect_contains "it shows the decision" "$OUTPUT" "blocklisted"
show gatehouse infra logs trace list --limit 3
expect_contains "it is among the latest" "$OUTPUT" "$trace"
request=$(gatehouse infra logs request list --decision deny --limit 1 --json | client json data.requests.0.request_id)
show gatehouse infra logs request show "$request"
expect_contains "one id answers who and by which rules" "$OUTPUT" "user_id"
show gatehouse infra logs tools list --name Bash --limit 3
expect_contains "by tool" "$OUTPUT" "Bash"

step "3. The same row in the forms that a SIEM takes"
for format in ndjson ocsf cef ecs syslog csv; do
  line=$(gatehouse infra logs export --since 10m --decision deny --format "$format" | grep -F "$trace" | head -n 1)
  printf '    %s  %s\n' "$format" "$(printf '%s' "$line" | cut -c 1-150)"
  expect_contains "$format names the trace" "$line" "$trace"
  expect_absent "$format leaves the input out" "$line" "rm -rf"
done
ocsf=$(gatehouse infra logs export --since 10m --decision deny --format ocsf | grep -F "$trace" | head -n 1)
expect_equal "OCSF class" "$(printf '%s' "$ocsf" | client json class_uid)" 6003
expect_equal "OCSF disposition" "$(printf '%s' "$ocsf" | client json disposition)" Blocked

step "4. Text that would act on a terminal is shown, not done"
hook "$TOKEN" "Bash" '{"command":"echo \u001b]0;owned\u0007 '"$RUN_ID"'"}' >/dev/null
shown=$(gatehouse infra logs audit "$(query "select trace_id from audit_log where evaluation::text like '%owned%$RUN_ID%' order by id desc limit 1" | client json 0.trace_id)" --full)
expect_absent "no escape sequence" "$shown" $'\e]0;'
expect_contains "but what was sent" "$shown" "owned"

step "5. Where rows are sent, and what they show of a framework"
show gatehouse infra logs sinks
expect_equal "no sink fails" "$STATUS" 0
show gatehouse admin compliance report --framework owasp-agentic --period "$(date -u +%Y-%m)"
expect_equal "the command succeeds" "$STATUS" 0
expect_contains "it says what is not met" "$OUTPUT" "not met"

finish "A3"
