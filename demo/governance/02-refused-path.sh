#!/usr/bin/env bash
# A tool that the caller's role may not call: refused by the token's own session, whatever the client says it is.
source "$(dirname "${BASH_SOURCE[0]}")/../_common.sh"
title "Refused path: the stored session decides, not what the client says of itself"
ensure_server
jon=$(token jon@example.test hooks)
before=$(spawns memory)

step "1. Jon, a user, asks for a tool of a server that is listed for admins"
hook "$jon" mcp__memory__read_graph '{}'
expect_equal "the decision" "$DECISION" deny
expect_contains "the reason names the check" "$REASON" "(scope_denied)"

step "2. The row names him, his stored role, and the rule that failed"
row=$(query "select user_id, role, decision, policy, evaluation from audit_log where context_id = '$RUN_ID'")
say "$(printf '%s' "$row" | cut -c 1-300)"
expect_equal "the role is the stored one" "$(printf '%s' "$row" | client json 0.role)" user
expect_equal "the check" "$(printf '%s' "$row" | client json 0.policy)" scope_denied

step "3. A token for one door opens no other"
mcp=$(token jon@example.test mcp/filesystem)
hook "$mcp" Read '{"file_path":"a"}'
expect_contains "a token for /mcp/filesystem at the hook door" "$REASON" "(token_invalid)"
hook "${jon%?????}AAAAA" Read '{"file_path":"a"}'
expect_contains "a token with another signature" "$REASON" "(token_invalid)"

step "4. Nothing was started for any of it"
expect_equal "processes of the server memory" "$(spawns memory)" "$before"

finish "G2 M2"
