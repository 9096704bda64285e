#!/usr/bin/env bash
# Is everything there that the demos need? The server, a session, tokens for each door.
source "$(dirname "${BASH_SOURCE[0]}")/_common.sh"
title "Preflight: the server answers, and tokens can be had"
ensure_server

step "The server"
show gatehouse infra services status
expect_equal "the command succeeds" "$STATUS" 0
expect_contains "calls can be decided and recorded" "$(client get "$BASE/readyz")" '"status":"ready"'

step "A session and its tokens, one for each resource"
for resource in api hooks mcp/filesystem; do
  value=$(token admin@localhost "$resource")
  expect_contains "a token for $resource" "$value" eyJ
done

finish "U1"
