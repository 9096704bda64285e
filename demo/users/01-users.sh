#!/usr/bin/env bash
# Users: made, found, changed, suspended and deleted, each change a row that names who made it and nobody's address.
source "$(dirname "${BASH_SOURCE[0]}")/../_common.sh"
title "Users: who there is, and what becomes of them"
ensure_server
email="demo-$$@example.test"
clean_up() { gatehouse admin users delete "$email" --yes >/dev/null 2>&1; stop_server; }
trap clean_up EXIT

step "1. The people of the sample world"
show gatehouse admin users list
expect_contains "the administrator" "$OUTPUT" "admin@localhost"
expect_contains "Maya of finance" "$OUTPUT" "maya@example.test"
show gatehouse admin users count --breakdown
before=$(gatehouse admin users count --json | client json data.count)

step "2. One more"
id=$(gatehouse admin users create --email "$email" --name "Demo Person" --department finance --json | client json data.id)
expect_equal "users now" "$(gatehouse admin users count --json | client json data.count)" "$((before + 1))"
show gatehouse admin users search "demo-$$"
expect_contains "is found by a part of the address" "$OUTPUT" "$email"
expect_equal "has the new name" "$(gatehouse admin users update "$id" --name "Demo P." --json | client json data.display_name)" "Demo P."

step "3. Suspended, and back"
hooks=$(token "$email" hooks)
hook "$hooks" Read '{"file_path":"a"}'
expect_equal "before" "$DECISION" allow
expect_equal "status" "$(gatehouse admin users suspend "$id" --yes --json | client json data.status)" suspended
hook "$hooks" Read '{"file_path":"a"}'
expect_equal "after" "$DECISION" deny
expect_equal "status" "$(gatehouse admin users reactivate "$id" --json | client json data.status)" active

step "4. What is destroyed is asked for, and all of it is on record"
gatehouse admin users delete "$id" >/dev/null 2>&1
expect_equal "without --yes and without a terminal, exit code" "$?" 2
expect_equal "status" "$(gatehouse admin users delete "$id" --yes --json | client json data.status)" deleted
rows=$(query "select event from audit_log where event like 'user.%' and evaluation::text like '%$id%' order by id")
for event in user.created user.updated user.suspended user.deleted; do expect_contains "$event" "$rows" "$event"; done
expect_equal "rows with the address" "$(count "select count(*)::int as n from audit_log where event <> 'db.queried' and evaluation::text like '%$email%'")" 0

finish "A5"
