#!/usr/bin/env bash
# An address that is banned is served at no door, within a second, whatever it says of itself in its headers.
source "$(dirname "${BASH_SOURCE[0]}")/../_common.sh"
title "Bans: an address that is served nothing"
ensure_server
# Another loopback address of this machine, so that nobody else is kept out.
address=127.0.0.$((50 + $$ % 150))
clean_up() { gatehouse admin users bans remove "$address" --yes >/dev/null 2>&1; stop_server; }
trap clean_up EXIT
url="$BASE/healthz"

step "1. Before"
show gatehouse admin users bans list
if ! client from "$address" "$url" >/dev/null 2>&1; then
  say "this machine has no second loopback address: asking for the ban alone"
  address=203.0.113.7
fi

step "2. The address is banned for an hour"
show gatehouse admin users bans add "$address" --reason "demo" --duration 1h
expect_equal "command" "$STATUS" 0
expect_equal "banned" "$(gatehouse admin users bans check "$address" --json | client json data.banned)" true
if [ "$address" != 203.0.113.7 ]; then
  sleep 1
  expect_equal "from there" "$(client from "$address" "$url")" 403
  expect_equal "with a forwarded header" "$(client from "$address" "$url" x-forwarded-for 198.51.100.1)" 403
  expect_equal "from elsewhere" "$(client from 127.0.0.1 "$url")" 200
  expect_equal "on record" "$(count "select (count(*) > 0)::int as n from audit_log where event = 'request.rejected' and policy = 'policy_denied' and reason like '%banned%'")" 1
fi

step "3. Nobody locks himself out"
gatehouse admin users bans add 127.0.0.1 --reason "demo" >/dev/null 2>&1
expect_equal "our own loopback, exit code" "$?" 1

step "4. Lifted"
show gatehouse admin users bans remove "$address" --yes
expect_equal "banned" "$(gatehouse admin users bans check "$address" --json | client json data.banned)" false
if [ "$address" != 203.0.113.7 ]; then
  sleep 1
  expect_equal "from there" "$(client from "$address" "$url")" 200
fi

finish "I2"
