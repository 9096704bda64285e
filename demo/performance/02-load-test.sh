#!/usr/bin/env bash
# 2,000 calls over 16 connections, a tenth of them destructive: every answer is right, and every answer has its row.
# The rate is shown and not judged: it is that of this machine, and of a client that runs on it as well.
source "$(dirname "${BASH_SOURCE[0]}")/../_common.sh"
title "Load test: 2,000 decisions, as many rows"
ensure_server
admin=$(token admin@localhost hooks)

step "1. An admin's client makes 2,000 calls; 200 of them would destroy"
tally=$(client load "$BASE/api/v1/hooks/govern" "$admin" 2000 16 "$RUN_ID")
say "$tally"
expect_equal "answers" "$(printf '%s' "$tally" | client json answers)" 2000
expect_equal "allowed" "$(printf '%s' "$tally" | client json allow)" 1800
expect_equal "denied" "$(printf '%s' "$tally" | client json deny)" 200
say "$(printf '%s' "$tally" | client json per_second) decisions a second, median $(printf '%s' "$tally" | client json p50_ms) ms, p99 $(printf '%s' "$tally" | client json p99_ms) ms"

step "2. Each answer has its row: none missing, none twice, each as it was answered"
rows=$(query "select decision, policy, count(*)::int as n, count(distinct task_id)::int as calls from audit_log where context_id = '$RUN_ID' group by decision, policy order by decision")
say "$rows"
expect_equal "rows by decision" "$rows" '[{"decision":"allow","policy":"default_allow","n":1800,"calls":1800},{"decision":"deny","policy":"blocklisted","n":200,"calls":200}]'

step "3. The server is as before"
expect_contains "it takes calls" "$(client get "$BASE/readyz")" '"status":"ready"'
expect_equal "rows waiting to be written" "$(client get "$BASE/metrics" | sed -n 's/^gatehouse_audit_rows_waiting //p')" 0

finish "A1"
