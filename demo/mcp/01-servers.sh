#!/usr/bin/env bash
# The configured MCP servers, what they offer, and that looking starts nothing.
source "$(dirname "${BASH_SOURCE[0]}")/../_common.sh"
title "MCP servers: listed, described, and not started by looking"
ensure_server
before=$(spawns filesystem)

step "1. The servers"
show gatehouse plugins mcp list
expect_equal "the command succeeds" "$STATUS" 0
for server in filesystem memory everything; do expect_contains "$server is configured" "$OUTPUT" "$server"; done
show gatehouse plugins mcp status
expect_contains "their state is known" "$OUTPUT" ready

step "2. The tools of one, from the kept discovery run"
show gatehouse plugins mcp tools --server filesystem
for tool in read_text_file list_directory write_file; do expect_contains "it offers $tool" "$OUTPUT" "$tool"; done

step "3. Looking started nothing"
expect_equal "processes ever started for filesystem" "$(spawns filesystem)" "$before"

step "4. Each server is a protected resource of its own"
metadata=$(client get "$BASE/.well-known/oauth-protected-resource/mcp/filesystem")
say "$metadata"
expect_contains "its own audience" "$metadata" "/mcp/filesystem"

finish "M2"
