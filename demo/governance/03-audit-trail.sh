#!/usr/bin/env bash
# What is on record of an allowed and a denied call, who may see it, and that nobody can change it.
source "$(dirname "${BASH_SOURCE[0]}")/../_common.sh"
title "Audit trail: every decision is a row that answers who, what, why, and that stays"
ensure_server
maya=$(token maya@example.test hooks)

step "1. Two calls: one allowed, one denied"
hook "$maya" Read '{"file_path":"notes.txt"}'
expect_equal "reading a file" "$DECISION" allow
hook "$maya" mcp__memory__read_graph '{}'
expect_equal "another role's server" "$DECISION" deny

step "2. Both are on record, newest first"
rows=$(query "select * from audit_log where context_id = '$RUN_ID' order by id")
expect_equal "rows" "$(printf '%s' "$rows" | client json length)" 2
expect_equal "the first" "$(printf '%s' "$rows" | client json 0.policy)" default_allow
expect_equal "the second" "$(printf '%s' "$rows" | client json 1.policy)" scope_denied
session=$(printf '%s' "$rows" | client json 0.session_id)
show gatehouse infra logs audit list --session "$session" --limit 5
expect_equal "the command succeeds" "$STATUS" 0
for part in allow deny scope_denied; do expect_contains "the list shows $part" "$OUTPUT" "$part"; done

step "3. A row has 18 columns; the six ids are never empty"
columns=$(gatehouse infra db describe audit_log --json | client json data.columns.length)
expect_equal "columns" "$columns" 18
for id in user_id session_id task_id trace_id context_id client_id; do
  value=$(printf '%s' "$rows" | client json "0.$id")
  if [ -n "$value" ]; then passed "$id: $value"; else failed "$id is there"; fi
done

step "4. One id answers everything about a call"
trace=$(printf '%s' "$rows" | client json 1.trace_id)
show gatehouse infra logs audit "$trace"
expect_contains "the decision" "$OUTPUT" scope_denied
expect_contains "the tool" "$OUTPUT" mcp__memory__read_graph

step "5. Rows stay as they are, and looking at them is on record as well"
for sql in "delete from audit_log" "update audit_log set decision = 'allow'" "truncate audit_log"; do
  show gatehouse infra db query "$sql"
  expect_equal "«$sql» is not allowed" "$STATUS" 3
done
expect_equal "the rows are still there" "$(count "select count(*)::int as n from audit_log where context_id = '$RUN_ID'")" 2
looked=$(count "select count(*)::int as n from audit_log where event = 'db.queried' and evaluation::text like '%$RUN_ID%'")
if [ "$looked" -ge 2 ]; then passed "queries on record: $looked"; else failed "queries on record" "$looked"; fi

finish "A2 A3"
