#!/usr/bin/env bash
# Tools run for real: the process starts with the first allowed call, is reused, and its results are on record.
source "$(dirname "${BASH_SOURCE[0]}")/../_common.sh"
title "Tool execution: started by the first allowed call, on record to the last"
ensure_server
gatehouse plugins mcp restart everything --quiet >/dev/null 2>&1
before=$(spawns everything)

step "1. A denied call starts nothing"
show gatehouse plugins mcp call everything echo --args '{"message":"-----BEGIN RSA PRIVATE KEY-----\nMIIEowIBAAKCAQEAx"}'
expect_equal "processes started" "$(spawns everything)" "$before"

step "2. The first allowed call starts one process, the second uses it"
show gatehouse plugins mcp call everything echo --args '{"message":"first"}'
expect_contains "the first answer" "$OUTPUT" "first"
after_first=$(spawns everything)
expect_equal "processes started" "$after_first" "$((before + 1))"
show gatehouse plugins mcp call everything get-sum --args '{"a":19,"b":23}'
expect_contains "the second answer" "$OUTPUT" "42"
expect_equal "processes started" "$(spawns everything)" "$after_first"

step "3. A tool that is not there, and arguments that make no sense: a clear answer, and the server stays up"
show gatehouse plugins mcp call everything no_such_tool --args '{}'
if [ "$STATUS" -ne 0 ]; then passed "it exits non-zero"; else failed "it exits non-zero"; fi
show gatehouse plugins mcp call everything echo --args 'not json'
expect_equal "bad arguments are wrong usage" "$STATUS" 2
expect_contains "the server is up" "$(client get "$BASE/readyz")" '"status":"ready"'

step "4. The rows"
rows=$(query "select event, action, decision, result ->> 'status' as status from audit_log where action like 'mcp\_\_everything\_\_%' order by id desc limit 6")
say "$rows"
expect_contains "the completion" "$rows" '"tool_call.completed"'
expect_contains "its status" "$rows" '"ok"'

finish "A1 A3 M4"
