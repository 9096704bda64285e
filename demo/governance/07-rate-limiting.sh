#!/usr/bin/env bash
# 300 calls a minute a session: the 301st is denied, in this process, at this door, for real.
source "$(dirname "${BASH_SOURCE[0]}")/../_common.sh"
title "Rate limiting: 300 calls a minute, and then no more"
ensure_server
jon=$(token jon@example.test hooks)

step "1. Jon's client makes 320 harmless calls within one session"
tally=$(client flood "$BASE/api/v1/hooks/govern" "$jon" 320 "$RUN_ID")
say "$tally"
expect_equal "allowed" "$(printf '%s' "$tally" | client json allow)" 300
expect_equal "denied" "$(printf '%s' "$tally" | client json deny)" 20
expect_equal "by the rate check" "$(printf '%s' "$tally" | client json reasons.rate_limited)" 20

step "2. Calling itself another session does not help: the token's session counts"
hook "$jon" Read '{"file_path":"a"}'
ANSWER=$(client hook "$BASE/api/v1/hooks/govern" "$jon" Read '{}' "another-session-$$")
expect_contains "with another client session id" "$ANSWER" "(rate_limited)"

step "3. Somebody else is not held up"
maya=$(token maya@example.test hooks)
hook "$maya" Read '{"file_path":"a"}'
expect_equal "Maya's call" "$DECISION" allow

step "4. Every one of them is a row"
rows=$(count "select count(*)::int as n from audit_log where context_id = '$RUN_ID' and user_id = (select user_id from audit_log where context_id = '$RUN_ID' order by id limit 1)")
expect_equal "rows of the session" "$rows" 321

finish "G5"
