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

step "2. No way round it: the token's session counts, and whatever stems from it"
hook "$jon" Read '{"file_path":"a"}'
expect_contains "once more" "$REASON" "(rate_limited)"
ANSWER=$(client hook "$BASE/api/v1/hooks/govern" "$jon" Read '{}' "another-session-$$")
expect_contains "with another client session id" "$ANSWER" "(rate_limited)"
# Without --force-new: the session is the same, the token is not.
again=$(gatehouse admin session login --email jon@example.test --resource hooks --token-only)
if [ "$again" != "$jon" ]; then passed "there is another token"; else failed "there is another token"; fi
hook "$again" Read '{"file_path":"a"}'
expect_contains "with a new token of the same session" "$REASON" "(rate_limited)"
agent=$(gatehouse admin agents token associate_agent --email jon@example.test --resource hooks --token-only)
hook "$agent" Read '{"file_path":"a"}'
expect_contains "with a token of an agent of his" "$REASON" "(rate_limited)"
mcp=$(gatehouse admin session login --email jon@example.test --resource mcp/filesystem --token-only)
expect_contains "at the MCP door" "$(client mcp "$BASE/mcp/filesystem" "$mcp" list_directory '{"path":"."}')" "(rate_limited)"

step "3. Somebody else is not held up"
maya=$(token maya@example.test hooks)
hook "$maya" Read '{"file_path":"a"}'
expect_equal "Maya's call" "$DECISION" allow

step "4. Every one of them is a row: 320, and three attempts more at this door"
rows=$(count "select count(*)::int as n from audit_log where context_id = '$RUN_ID' and user_id = (select user_id from audit_log where context_id = '$RUN_ID' order by id limit 1)")
expect_equal "rows of the session" "$rows" 323

finish "G5"
