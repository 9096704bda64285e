#!/usr/bin/env bash
# What runs, and a server of its own in the background: started, found again, stopped, with nothing left behind.
source "$(dirname "${BASH_SOURCE[0]}")/../_common.sh"
title "Services: what runs, and a server in the background"
ensure_server

step "1. The server, its database, the MCP servers"
show gatehouse infra services status
expect_equal "the command succeeds" "$STATUS" 0
for part in server database filesystem memory everything ready; do expect_contains "it shows $part" "$OUTPUT" "$part"; done

# A second installation for this demo alone: other state, other keys, another port.
own=$(mktemp -d)
away=$(client port)
aside() { PORT=$away GATEHOUSE_STATE_DIR="$own/state" XDG_CONFIG_HOME="$own/config" DATABASE_URL='' gatehouse "$@"; }
clean_up() {
  aside infra services stop --yes >/dev/null 2>&1
  rm -rf "$own"
  stop_server
}
trap clean_up EXIT

step "2. Another one starts in the background, and takes calls when the command ends"
show aside infra services start
expect_equal "the command succeeds" "$STATUS" 0
expect_contains "it answers" "$(client get "http://localhost:$away/readyz")" '"status":"ready"'
pid=$(aside infra services start --json | client json data.pid)
expect_contains "starting it again changes nothing" "$OUTPUT" "$pid"

step "3. A port that is taken is said so, whoever has it"
taken=$(PORT=$PORT GATEHOUSE_STATE_DIR="$own/other" XDG_CONFIG_HOME="$own/config" gatehouse infra services start 2>&1)
expect_equal "the command fails" "$?" 1
say "$(printf '%s' "$taken" | head -n 1)"
expect_contains "by a server that this command did not start" "$taken" "was not started by this command"

step "4. It stops, and stops no other"
show aside infra services stop --yes
expect_equal "the command succeeds" "$STATUS" 0
expect_contains "the one that was started" "$OUTPUT" "$pid"
if client get "http://localhost:$away/healthz" >/dev/null 2>&1; then failed "it is gone"; else passed "it is gone"; fi
expect_contains "the first one goes on" "$(client get "$BASE/readyz")" '"status":"ready"'
show aside infra services stop --yes
expect_contains "a second time there is nothing to stop" "$OUTPUT" "No server runs in the background"

finish "U1"
