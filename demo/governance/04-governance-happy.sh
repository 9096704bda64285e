#!/usr/bin/env bash
# One allowed call, seen from inside: the five checks in their order, each with its outcome and its time, on one row.
source "$(dirname "${BASH_SOURCE[0]}")/../_common.sh"
title "Governance happy path: five checks, in order, all passed, all on record"
ensure_server
maya=$(token maya@example.test hooks)

step "1. Maya's client wants to read a file"
hook "$maya" Read '{"file_path":"src/main.ts"}'
expect_equal "the decision" "$DECISION" allow
expect_equal "an allow gives no reason" "$REASON" ""

step "2. The row holds each check, its outcome and how long it took"
row=$(query "select decision, policy, reason, role, evaluation from audit_log where context_id = '$RUN_ID'")
expect_equal "one row" "$(printf '%s' "$row" | client json length)" 1
expect_equal "decided by" "$(printf '%s' "$row" | client json 0.policy)" default_allow
number=0
for check in token scope secrets blocklist rate_limit; do
  rule=$(printf '%s' "$row" | client json "0.evaluation.rules.$number")
  say "$rule"
  expect_equal "check $((number + 1))" "$(printf '%s' "$rule" | client json rule)" "$check"
  expect_equal "its outcome" "$(printf '%s' "$rule" | client json result)" pass
  expect_contains "its time" "$rule" '"durationUs":'
  number=$((number + 1))
done
expect_equal "and no other check" "$(printf '%s' "$row" | client json 0.evaluation.rules.length)" 5

step "3. It says by which policy, so that the decision can be explained later"
expect_contains "the version of the policy" "$(printf '%s' "$row" | client json 0.evaluation.policyVersion)" sha256:

finish "G1 A1"
