#!/usr/bin/env bash
# Tools run for real: the process starts with the first allowed call, is reused, and its results are on record. It runs in a
# cage, and what it says of its secret comes back redacted by a process that is not the server.
source "$(dirname "${BASH_SOURCE[0]}")/../_common.sh"
title "Tool execution: started by the first allowed call, in its cage, on record to the last"
ensure_server
gatehouse plugins mcp restart everything --quiet >/dev/null 2>&1
before=$(spawns everything)

step "1. A denied call starts nothing"
show gatehouse plugins mcp call everything echo --args '{"message":"-----BEGIN RSA PRIVATE KEY-----\nMIIEowIBAAKCAQEAx"}'
expect_equal "processes started" "$(spawns everything)" "$before"

step "2. The first allowed call starts a process, the second uses it"
# Each process has a folder of its own, which its environment names.
variables() { printf '%s' "$OUTPUT" | client json data.content.0.text; }
show gatehouse plugins mcp call everything get-env --json
first=$(variables | client json GATEHOUSE_CHILD)
expect_contains "the first answer, of a process of its own" "$first" "/gatehouse-mcp-"
if [ "$(spawns everything)" -gt "$before" ]; then passed "it was started for the call"; else failed "it was started for the call"; fi
show gatehouse plugins mcp call everything get-sum --args '{"a":19,"b":23}'
expect_contains "the second answer" "$OUTPUT" "42"
show gatehouse plugins mcp call everything get-env --json
expect_equal "the process that answers" "$(variables | client json GATEHOUSE_CHILD)" "$first"

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

step "5. Where it runs: in a cage, with an environment of its own"
isolation=$(client get "$BASE/readyz" | client json isolation)
say "$isolation"
expect_contains "the server says how tools are kept apart" "$isolation" "in a cage of its own"
show gatehouse plugins mcp call everything get-env --json
names=$(variables | node -p 'Object.keys(JSON.parse(require("fs").readFileSync(0, "utf8"))).sort().join(" ")')
expect_equal "all that the tool finds in it" "$names" "GATEHOUSE_CHILD HOME LANG PATH PWD TMPDIR TZ"

step "6. A canary: set, printed by a real tool, and looked for in all that the server is made of"
say "an installation of the same build beside this one; cloud secrets set and rotate; get-env of a server that lists the secret"
SHOW_LINES=40 show gatehouse admin compliance prove-secrets
expect_equal "every place is as it should be" "$STATUS" 0
hits() { printf '%s\n' "$OUTPUT" | grep -F "$1" | head -n 1 | awk '{print $(NF-3)}'; }
for place in "the server's environment" "the server's memory" "what callers were answered" "the rows of the audit log"; do
  expect_equal "the canary in $place" "$(hits "$place")" 0
done
if [ "$(hits "the environment of its child")" -gt 0 ]; then passed "the tool itself has it"; else failed "the tool itself has it"; fi
if [ "$(hits "its marker in the answers")" -ge 2 ]; then passed "its place in the answers reads [REDACTED:…]"; else failed "its place in the answers reads [REDACTED:…]"; fi

finish "A1 A3 M4 S1 S2"
