#!/usr/bin/env bash
# The configuration: shown without its secrets, checked before a start, refused with the place and the nearest key.
source "$(dirname "${BASH_SOURCE[0]}")/../_common.sh"
title "Configuration: one look, one check, and no silent mistakes"
ensure_server

# Profiles of this demo alone; the sample world's stay as they are.
own=$(mktemp -d)
mkdir -p -m 700 "$own/state/profiles"
trap 'rm -rf "$own"; stop_server' EXIT
aside() { GATEHOUSE_STATE_DIR="$own/state" XDG_CONFIG_HOME="$own/config" gatehouse "$@"; }

step "1. What this installation runs under"
show gatehouse admin config show
expect_equal "the command succeeds" "$STATUS" 0
for part in local evaluation filesystem; do expect_contains "it shows $part" "$OUTPUT" "$part"; done

step "2. All files are right"
show gatehouse admin config validate
expect_equal "the command succeeds" "$STATUS" 0

step "3. A mistyped key: the file, the line, the nearest key that is one"
printf 'mode: evaluation\nprot: 9000\n' >"$own/state/profiles/mistyped.yaml"
show aside admin config validate --profile mistyped
expect_equal "the command fails" "$STATUS" 1
told=$(printf '%s\n' "$OUTPUT"; cat "$RUN_FOLDER/stderr")
expect_contains "the file and the line" "$told" "mistyped.yaml:2"
expect_contains "the key" "$told" prot
expect_contains "the nearest one" "$told" port

step "4. A profile made by a command is right, or is not made"
show aside cloud profile create staging --mode production --port 9000 --public-url https://gatehouse.example.com
expect_equal "the command succeeds" "$STATUS" 0
show aside admin config validate --profile staging
expect_equal "it is right" "$STATUS" 0
show aside cloud profile create staging --port 9001
expect_equal "one that exists is left alone" "$STATUS" 1
show aside cloud profile create elsewhere --public-url nowhere
expect_equal "a wrong value makes none" "$STATUS" 1
if [ -e "$own/state/profiles/elsewhere.yaml" ]; then failed "no file is left"; else passed "no file is left"; fi

step "5. A database's password comes by standard input, and is shown to nobody"
printf 'postgres://gate:hunter2-%s@db.example.test/gate\n' "$$" >"$own/url"
show aside cloud profile create external --database-url - <"$own/url"
expect_equal "the command succeeds" "$STATUS" 0
expect_contains "the address is shown" "$OUTPUT" db.example.test
expect_absent "the password is not" "$OUTPUT" hunter2
show aside cloud profile show external
expect_absent "nor later" "$OUTPUT" hunter2
expect_equal "the file is its owner's alone" "$(node -p "(require('node:fs').statSync('$own/state/profiles/external.yaml').mode & 0o777).toString(8)")" 600

finish "U5"
