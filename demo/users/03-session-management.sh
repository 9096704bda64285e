#!/usr/bin/env bash
# Sessions are what every token stands on: listed, ended one by one or all, and their tokens with them.
source "$(dirname "${BASH_SOURCE[0]}")/../_common.sh"
title "Sessions: end one, and every token of it is over within a second"
ensure_server
email="demo-$$@example.test"
clean_up() { gatehouse admin users delete "$email" --yes >/dev/null 2>&1; stop_server; }
trap clean_up EXIT
gatehouse admin users create --email "$email" >/dev/null

step "1. Whose session this is"
show gatehouse admin session show
expect_contains "an administrator's" "$OUTPUT" admin@localhost

step "2. Two sessions of one user, a token each"
one=$(token "$email" api)
two=$(token "$email" api)
show gatehouse admin session list --user "$email"
sessions=$(gatehouse admin session list --user "$email" --json)
newest=$(printf '%s' "$sessions" | client json data.sessions.0.session_id)
expect_equal "the first token" "$(client status "$BASE/api/v1/sessions" "$one")" 200
expect_equal "the second token" "$(client status "$BASE/api/v1/sessions" "$two")" 200

step "3. The newer one is ended"
gatehouse admin session revoke "$newest" --yes >/dev/null
sleep 1
expect_equal "its token" "$(client status "$BASE/api/v1/sessions" "$two")" 401
expect_equal "the other's" "$(client status "$BASE/api/v1/sessions" "$one")" 200

step "4. All of them are ended"
expect_equal "ended" "$(gatehouse admin session revoke --user "$email" --yes --json | client json data.ended)" 1
sleep 1
expect_equal "the last token" "$(client status "$BASE/api/v1/sessions" "$one")" 401

step "5. An API key is a credential of its own: shown once, good for its scope, revoked by name"
key=$(gatehouse admin users api-keys create --user "$email" --name demo --scope sessions:read:self --days 1 --json)
text=$(printf '%s' "$key" | client json data.key)
id=$(printf '%s' "$key" | client json data.id)
expect_equal "what it is for" "$(client status "$BASE/api/v1/sessions" "$text")" 200
expect_equal "what it is not for" "$(client status "$BASE/api/v1/audit" "$text")" 403
expect_absent "the list does not show it" "$(gatehouse admin users api-keys list --json)" "$text"
gatehouse admin users api-keys revoke "$id" --yes >/dev/null
sleep 1
expect_equal "revoked" "$(client status "$BASE/api/v1/sessions" "$text")" 401

finish "I2"
