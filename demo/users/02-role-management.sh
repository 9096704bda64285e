#!/usr/bin/env bash
# A role is what may be done. It changes everywhere within a second, and ends the tokens that were made before.
source "$(dirname "${BASH_SOURCE[0]}")/../_common.sh"
title "Roles: what a user may do, from one second to the next"
ensure_server
email="demo-$$@example.test"
clean_up() { gatehouse admin users delete "$email" --yes >/dev/null 2>&1; stop_server; }
trap clean_up EXIT
id=$(gatehouse admin users create --email "$email" --json | client json data.id)

step "1. What each role may do"
show gatehouse admin config rate-limits compare
expect_contains "admins have ten times the calls" "$OUTPUT" 3000

step "2. A user may not list users"
api=$(token "$email" api)
expect_equal "GET /api/v1/users" "$(client status "$BASE/api/v1/users" "$api")" 403

step "3. Made an administrator, the old token is over and a new one may"
expect_equal "role" "$(gatehouse admin users role set "$id" admin --json | client json data.role)" admin
sleep 1
expect_equal "the old token" "$(client status "$BASE/api/v1/users" "$api")" 401
api=$(token "$email" api)
expect_equal "a new one" "$(client status "$BASE/api/v1/users" "$api")" 200

step "4. And back"
expect_equal "role" "$(gatehouse admin users role set "$id" user --json | client json data.role)" user
sleep 1
expect_equal "the administrator's token" "$(client status "$BASE/api/v1/users" "$api")" 401
expect_equal "rows" "$(count "select count(*)::int as n from audit_log where event = 'role.changed' and evaluation::text like '%$id%'")" 2

finish "I2, G2"
