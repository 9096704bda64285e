#!/usr/bin/env bash
# The command line logs in at another Gatehouse, by a code that a person allows in a browser, and out again.
source "$(dirname "${BASH_SOURCE[0]}")/../_common.sh"
title "Cloud auth: logging in at another Gatehouse by device flow"
ensure_server

other_port=$(client port)
other="http://localhost:$other_port"
other_home=$(mktemp -d)
at_other() { PORT=$other_port GATEHOUSE_STATE_DIR="$other_home/state" XDG_CONFIG_HOME="$other_home/config" "$@"; }
# In the place of this shell, so that the signal which ends it ends the server.
exec_here() { exec "$@"; }
end_other() {
  [ -z "${OTHER_PID:-}" ] || { kill -TERM "$OTHER_PID" 2>/dev/null; wait "$OTHER_PID" 2>/dev/null; }
  rm -rf "$other_home"
  stop_server
}
trap end_other EXIT

step "1. A second Gatehouse, with a database, keys and users of its own"
(at_other exec_here node "$ROOT/tools/run/start.mjs") >"$RUN_FOLDER/other.log" 2>&1 </dev/null &
OTHER_PID=$!
client wait "$other/readyz" 90 || { tail -n 20 "$RUN_FOLDER/other.log"; failed "the other server becomes ready"; exit 1; }
passed "it is ready at $other"

step "2. The command line asks, and shows a code"
gatehouse cloud auth login "$other" --json >"$RUN_FOLDER/login.json" 2>"$RUN_FOLDER/login.err" &
LOGIN_PID=$!
code=
for _ in $(seq 100); do
  code=$(sed -n 's/.*the code \([A-Z]\{4\}-[A-Z]\{4\}\).*/\1/p' "$RUN_FOLDER/login.err")
  [ -n "$code" ] && break
  kill -0 "$LOGIN_PID" 2>/dev/null || break
  sleep 0.2
done
sed 's/^/    /' "$RUN_FOLDER/login.err"
expect_contains "a code of eight letters" "$code" "-"

step "3. Maya logs in there with a one-time link, sees who asks, and allows it"
link=$(at_other gatehouse admin users login-link maya@example.test --json | client json data.url)
seen=$(node "$DEMO/_person.mjs" allow "$link" "$code")
printf '%s\n' "$seen" | sed 's/^/    /'
expect_contains "the page names who asks" "$seen" "Gatehouse command line"
expect_contains "and from where" "$seen" "127.0.0.1"
expect_contains "it is connected" "$seen" "Connected"

step "4. The command line is in"
wait "$LOGIN_PID"
expect_equal "the exit code" "$?" 0
expect_equal "who" "$(client json data.email <"$RUN_FOLDER/login.json")" maya@example.test
expect_absent "no token is shown" "$(cat "$RUN_FOLDER/login.json" "$RUN_FOLDER/login.err")" eyJ
show gatehouse cloud auth whoami
expect_contains "whoami asks the other Gatehouse" "$OUTPUT" "maya@example.test"

step "5. The other one has it on record, and no name or address in the rows"
rows=$(at_other gatehouse infra db query "select event, client_id, evaluation from audit_log where event in ('consent.given', 'token.issued') order by id" --json)
expect_contains "the consent" "$rows" consent.given
expect_contains "the token" "$rows" token.issued
expect_absent "nobody's address" "$rows" maya@

step "6. Logged out, everything that came of the login has ended"
show gatehouse cloud auth logout
expect_equal "the exit code" "$STATUS" 0
show gatehouse cloud auth whoami
expect_equal "whoami says so, with its exit code" "$STATUS" 3
rows=$(at_other gatehouse infra db query "select count(*) as n from audit_log where event = 'session.revoked'" --json | client json data.rows.0.n)
[ "${rows:-0}" -ge 1 ] && passed "the session's end is a row there" || failed "the session's end is a row there" "$rows"

finish "I1"
