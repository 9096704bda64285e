#!/usr/bin/env bash
# Two denials by two different checks: scope, and the blocklist by the structure of the command.
source "$(dirname "${BASH_SOURCE[0]}")/../_common.sh"
title "Governance denied: scope and blocklist, each by its own check"
ensure_server
maya=$(token maya@example.test hooks)
admin=$(token admin@localhost hooks)

step "1. Scope: a server that Maya's role is not listed for"
hook "$maya" mcp__memory__create_entities '{"entities":[]}'
expect_equal "the decision" "$DECISION" deny
expect_contains "the check" "$REASON" "(scope_denied)"

step "2. Blocklist: a call within her scope that destroys"
hook "$maya" Bash '{"command":"cd / && sudo rm -rf --no-preserve-root ./*"}'
expect_contains "by structure, not by name" "$REASON" "(blocklisted)"
hook "$maya" Bash '{"command":"echo \"rm -rf /\" >> notes.txt"}'
expect_equal "the same words as data are harmless" "$DECISION" allow

step "3. No role is exempt"
hook "$admin" Bash '{"command":"psql -c \"DROP TABLE users\""}'
expect_contains "an admin's DROP TABLE" "$REASON" "(blocklisted)"

step "4. An agent may not touch what governs it"
hook "$admin" Bash '{"command":"npx gatehouse admin users role set jon@example.test admin"}'
expect_contains "calling the command line" "$REASON" "(blocklisted)"
hook "$admin" Write "{\"file_path\":\"$ROOT/services/governance/roles.yaml\",\"content\":\"\"}"
expect_contains "writing a policy file" "$REASON" "(blocklisted)"

step "5. The rows: one each, the failed rule named, later rules skipped"
rows=$(query "select policy, count(*)::int as n from audit_log where context_id = '$RUN_ID' group by policy order by policy")
say "$rows"
expect_equal "rows by check" "$rows" '[{"policy":"blocklisted","n":4},{"policy":"default_allow","n":1},{"policy":"scope_denied","n":1}]'

finish "G1 G4"
