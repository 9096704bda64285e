# What the demos share: where the server is, how to call it, how to state an expectation. Sourced, not run.
# Every expectation is asserted; a script that misses one exits non-zero.

set -u -o pipefail

DEMO=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
ROOT=$(cd "$DEMO/.." && pwd)
export PATH="$ROOT/node_modules/.bin:$PATH"
export PORT=${PORT:-8080}
BASE="http://localhost:$PORT"
RUN_FOLDER="$ROOT/.gatehouse/demo"
# Sessions and tasks of one run are told from those of another by this.
RUN_ID="demo-$(basename "${BASH_SOURCE[1]:-$0}" .sh)-$$"
PASSED=0
FAILED=0

if [ -t 1 ] && [ -z "${NO_COLOR:-}" ]; then
  BOLD=$'\e[1m' DIM=$'\e[2m' GREEN=$'\e[32m' RED=$'\e[31m' PLAIN=$'\e[0m'
else
  BOLD='' DIM='' GREEN='' RED='' PLAIN=''
fi

gatehouse() { node "$ROOT/apps/cli/bin/run.js" "$@"; }
client() { node "$DEMO/_client.mjs" "$@"; }

# --- telling ---------------------------------------------------------------------------------------------------

title() { printf '\n%s%s%s\n' "$BOLD" "$1" "$PLAIN"; }
step() { printf '\n%s%s%s\n' "$BOLD" "$1" "$PLAIN"; }
say() { printf '  %s\n' "$1"; }

# Shows a command and its real output, and keeps both parts: OUTPUT (standard output) and STATUS.
show() {
  printf '  %s$ %s%s\n' "$DIM" "${*:1}" "$PLAIN"
  OUTPUT=$("$@" 2>"$RUN_FOLDER/stderr")
  STATUS=$?
  { printf '%s\n' "$OUTPUT"; cat "$RUN_FOLDER/stderr"; } | sed -e '/^$/d' -e 's/^/    /' | head -n "${SHOW_LINES:-24}"
}

# --- asserting -------------------------------------------------------------------------------------------------

passed() {
  PASSED=$((PASSED + 1))
  printf '  %s✓%s %s\n' "$GREEN" "$PLAIN" "$1"
}

failed() {
  FAILED=$((FAILED + 1))
  printf '  %s✗%s %s\n' "$RED" "$PLAIN" "$1"
  [ $# -lt 2 ] || printf '      %s\n' "$2"
}

# expect_equal WHAT ACTUAL WANTED
expect_equal() {
  if [ "$2" = "$3" ]; then passed "$1: $3"; else failed "$1" "wanted $3, got $2"; fi
}

# expect_contains WHAT TEXT PART
expect_contains() {
  case "$2" in *"$3"*) passed "$1" ;; *) failed "$1" "no «$3» in: $(printf '%s' "$2" | head -c 400)" ;; esac
}

# expect_absent WHAT TEXT PART
expect_absent() {
  case "$2" in *"$3"*) failed "$1" "it is there" ;; *) passed "$1" ;; esac
}

# Ends a demo: what it proves, and the exit status.
finish() {
  printf '\n  %d expectations met, %d missed. Proves: %s\n' "$PASSED" "$FAILED" "$1"
  [ "$FAILED" -eq 0 ]
  exit
}

# --- the server ------------------------------------------------------------------------------------------------

server_answers() { client get "$BASE/healthz" >/dev/null 2>&1; }

# Starts the server when none runs on the port, and stops it again when this script ends.
ensure_server() {
  mkdir -p "$RUN_FOLDER"
  server_answers && return
  say "no server on port $PORT: starting one"
  (cd "$ROOT" && exec node tools/run/start.mjs) >"$RUN_FOLDER/server.log" 2>&1 </dev/null &
  SERVER_PID=$!
  trap stop_server EXIT
  client wait "$BASE/readyz" 60 || {
    tail -n 20 "$RUN_FOLDER/server.log"
    failed "the server becomes ready"
    exit 1
  }
}

stop_server() {
  [ -n "${SERVER_PID:-}" ] || return 0
  kill -TERM "$SERVER_PID" 2>/dev/null
  wait "$SERVER_PID" 2>/dev/null
  SERVER_PID=
}

# --- calling ---------------------------------------------------------------------------------------------------

# token EMAIL RESOURCE: a fresh session's token, so that each demo has a budget of its own.
token() { gatehouse admin session login --email "$1" --resource "$2" --force-new --token-only; }

# hook TOKEN TOOL INPUT_JSON: asks the hook door as Claude Code does. Sets ANSWER, DECISION and REASON.
hook() {
  ANSWER=$(client hook "$BASE/api/v1/hooks/govern" "$1" "$2" "$3" "$RUN_ID")
  DECISION=$(printf '%s' "$ANSWER" | client json hookSpecificOutput.permissionDecision)
  REASON=$(printf '%s' "$ANSWER" | client json hookSpecificOutput.permissionDecisionReason)
  printf '    %s %s\n    → %s\n' "$2" "$(printf '%s' "$3" | cut -c 1-140)" "$ANSWER"
}

# query SQL: rows of the read-only reader, as JSON.
query() { gatehouse infra db query "$1" --json | client json data.rows; }

# count SQL: the one number that a query answers.
count() { query "$1" | client json 0.n; }

# spawns SERVER: how many processes were ever started for an MCP server.
spawns() { client metric "$BASE/metrics" gatehouse_mcp_spawns_total "server=\"$1\""; }
