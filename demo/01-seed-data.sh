#!/usr/bin/env bash
# A few decisions of each kind, so that lists and audit commands have something to show.
source "$(dirname "${BASH_SOURCE[0]}")/_common.sh"
title "Seed data: the sample world, and calls of each kind"
ensure_server

step "The sample world"
show gatehouse admin users list
for email in admin@localhost maya@example.test jon@example.test; do
  expect_contains "$email is there" "$OUTPUT" "$email"
done

step "Calls that are allowed and calls that are denied"
maya=$(token maya@example.test hooks)
hook "$maya" Read '{"file_path":"src/main.ts"}'
expect_equal "reading a file" "$DECISION" allow
hook "$maya" Bash '{"command":"git status"}'
expect_equal "looking at the work tree" "$DECISION" allow
hook "$maya" Bash '{"command":"git push --force origin main"}'
expect_equal "rewriting history" "$DECISION" deny
hook "$maya" mcp__memory__read_graph '{}'
expect_equal "another role's server" "$DECISION" deny

step "Each is a row"
rows=$(count "select count(*) as n from audit_log where context_id = '$RUN_ID'")
expect_equal "rows of this run" "$rows" 4

finish "G1 A1"
