#!/usr/bin/env bash
# The database as an operator sees it: what it is, what is in it, and questions that can read and nothing else.
source "$(dirname "${BASH_SOURCE[0]}")/../_common.sh"
title "Database: looked at, queried, and not written to"
ensure_server

step "1. Where it runs, and how far its schema is"
show gatehouse infra db status
expect_equal "the command succeeds" "$STATUS" 0
for part in version size_bytes 0001-audit; do expect_contains "it shows $part" "$OUTPUT" "$part"; done

step "2. Its tables"
show gatehouse infra db tables
for table in audit_log audit_seals users sessions; do expect_contains "there is $table" "$OUTPUT" "$table"; done

step "3. The audit log: 18 columns"
show gatehouse infra db describe audit_log
expect_equal "the command succeeds" "$STATUS" 0
expect_equal "columns" "$(gatehouse infra db describe audit_log --json | client json data.columns.length)" 18
show gatehouse infra db count audit_log
expect_equal "its rows can be counted" "$STATUS" 0

step "4. A question, with its answer for a program"
answer=$(gatehouse infra db query "select decision, count(*)::int as n from audit_log group by decision order by decision" --json)
say "$(printf '%s' "$answer" | client json data.rows)"
expect_equal "columns" "$(printf '%s' "$answer" | client json data.columns)" '["decision","n"]'
if [ -n "$(printf '%s' "$answer" | client json data.row_count)" ]; then passed "the number of rows"; else failed "the number of rows"; fi

step "5. A question can only read, and only what is to be read"
refused() {
  show gatehouse infra db query "$1"
  expect_equal "exit code" "$STATUS" "$2"
}
refused "delete from audit_log" 3
refused "create table mine (a int)" 3
refused "select * from sessions" 3
refused "copy (select 1) to program 'id'" 3
refused "select 1; drop table audit_log" 1

step "6. Each question is itself on record"
gatehouse infra db query "select '$RUN_ID'" >/dev/null
row=$(query "select event, action, role, evaluation -> 'content' -> 'input' as input from audit_log where event = 'db.queried' and evaluation::text like '%$RUN_ID%' order by id limit 1")
say "$row"
expect_contains "who asked, and what" "$row" "$RUN_ID"

finish "A2"
