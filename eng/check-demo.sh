#!/usr/bin/env bash
# Runs ./demo twice on fresh data, with --keep, and with --fleet, and checks what it printed.
set -uo pipefail
cd "$(dirname "$(readlink -f "$0")")/.." || exit 2

data=$(mktemp -d)
server=
trap '[ -z "$server" ] || kill "$server" 2> /dev/null; wait; rm -rf "$data"' EXIT
fail() { echo "demo: expected $1; it printed:"; cat "$data/out"; exit 1; }
expect() { grep -qE -- "$1" "$data/out" || fail "'$1'"; }

STRATA_DEMO_DATA="$data/demo" ./demo > "$data/out" 2>&1 || fail "exit code 0 on the first run"
for segment in NORDA_1c7e09b2_2025_02_11_09h_14m_32s NORDA_1c7e09b2_2025_02_18_16h_40m_05s NORDA_4fa83d60_2025_03_02_11h_27m_51s SOLVA_a90b4e17_2025_01_29_13h_02m_19s SOLVA_d2517c8f_2025_04_07_20h_55m_44s; do
  expect "$segment"
done
expect '\[base\]'
expect '\[base, tracking_error\]'
expect '\[base, tracking_error, quality\]'
expect 'property:quality:tracking_good'
expect 'strata .*why'
expect '0\.172400'
expect '0\.089405'

./strata history sample_5 --data "$data/demo" --json > "$data/history" || fail "a history after the first run"

STRATA_DEMO_DATA="$data/demo" ./demo > "$data/out" 2>&1 || fail "exit code 0 on the second run"
expect 'known'
./strata history sample_5 --data "$data/demo" --json | cmp -s - "$data/history" || fail "that the second run adds nothing to the history"
# With --keep it says how to go on, and what it says is true while it serves.
mkfifo "$data/kept"
STRATA_DEMO_DATA="$data/demo" ./demo --keep > "$data/kept" 2>&1 &
server=$!
exec 3< "$data/kept"
: > "$data/out"
while IFS= read -r line <&3; do
  printf '%s\n' "$line" >> "$data/out"
  [[ $line != *"still serving at"* ]] || break
done
expect 'still serving at http://127\.0\.0\.1:[0-9]+; Ctrl-C stops it'
expect '^  rerun\+http://127\.0\.0\.1:[0-9]+/dataset/[0-9A-Fa-f]{32}\?segment_id=NORDA_1c7e09b2_2025_02_11_09h_14m_32s$'
expect '^  from rerun\.catalog import CatalogClient$'
expect '^  dataset = CatalogClient\("rerun\+http://127\.0\.0\.1:[0-9]+"\)\.get_dataset\("sample_5"\)$'
expect '^  print\(dataset\.segment_table\(\)'
link=$(grep -oE 'rerun\+http://[^ ]*segment_id=[^ ]*' "$data/out" | head -n 1)
opened=$(./strata open sample_5 NORDA_1c7e09b2_2025_02_11_09h_14m_32s --print --data "$data/demo") || fail "that 'strata open' finds the server"
[ "$opened" = "$link" ] || fail "the link of 'strata open', $opened"
if [ -n "${STRATA_RERUN_PYTHON:-}" ]; then
  sed -n '/^  from rerun/,/^  print/s/^  //p' "$data/out" > "$data/lines.py"
  RERUN_ANALYTICS=0 COLUMNS=200 "$STRATA_RERUN_PYTHON" "$data/lines.py" > "$data/python" 2>&1 || { cat "$data/python"; fail "that its lines of Python run"; }
  [ "$(grep -c 'base, tracking_error, quality' "$data/python")" = 5 ] || { cat "$data/python"; fail "five segments from its lines of Python"; }
else
  echo "demo: STRATA_RERUN_PYTHON is not set, so its lines of Python were read and not run"
fi

STRATA_DEMO_DATA="$data/demo" ./demo > "$data/out" 2>&1 || fail "exit code 0 beside a running server"
grep -qF "$link" "$data/out" || fail "the same link beside a running server"

# Twenty simulated robots, in less than a minute; a second run finds everything known.
kill "$server" && wait "$server" 2> /dev/null
server=
started=$SECONDS
STRATA_DEMO_DATA="$data/fleet" ./demo --fleet > "$data/out" 2>&1 || fail "exit code 0 with --fleet"
[ $((SECONDS - started)) -lt 60 ] || fail "less than 60 s"
expect 'arm-20'
expect '240 recordings of 20 robots in '
expect '188 good, 46 bad; published → quality visible p50'
expect '20 robots; 234 recordings; 188 good, 46 bad; 6 in quarantine'
expect 'strata .*segments fleet --where property:controller:robot=arm-03'
[ "$(./strata --data "$data/fleet" segments fleet --where property:controller:robot=arm-03 --json | grep -c '"rerun_segment_id"')" = 11 ] || fail "the segments of its next step"
STRATA_DEMO_DATA="$data/fleet" ./demo --fleet > "$data/out" 2>&1 || fail "exit code 0 on the second run with --fleet"
expect ': 0 accepted, '
expect '20 robots; 234 recordings; 188 good, 46 bad; 6 in quarantine'

echo "demo: all runs printed what they should"
