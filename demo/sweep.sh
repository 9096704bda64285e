#!/usr/bin/env bash
# Runs every demo against one server, offline and free. Exits non-zero when one misses an expectation.
source "$(dirname "${BASH_SOURCE[0]}")/_common.sh"
title "Sweep: every demo, one after the other"
ensure_server
logs="$RUN_FOLDER/logs"
rm -rf "$logs" && mkdir -p "$logs"
pass=0 fail=0
for script in "$DEMO"/0*.sh "$DEMO"/*/*.sh; do
  name=${script#"$DEMO"/}
  log="$logs/$(printf '%s' "${name%.sh}" | tr / -).log"
  if NO_COLOR=1 bash "$script" >"$log" 2>&1 </dev/null; then
    pass=$((pass + 1))
    printf '  %s✓%s %-36s %s\n' "$GREEN" "$PLAIN" "$name" "$(grep -o '[0-9]* expectations met' "$log")"
  else
    fail=$((fail + 1))
    printf '  %s✗%s %-36s see %s\n' "$RED" "$PLAIN" "$name" "$log"
    grep -A1 '✗' "$log" | sed 's/^/      /'
  fi
done
printf '\n  Pass: %d    Fail: %d    Logs: %s\n' "$pass" "$fail" "$logs"
[ "$fail" -eq 0 ]
exit
