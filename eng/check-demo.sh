#!/usr/bin/env bash
# Runs ./demo twice on fresh data and checks what it printed.
set -uo pipefail
cd "$(dirname "$(readlink -f "$0")")/.." || exit 2

data=$(mktemp -d)
trap 'rm -rf "$data"' EXIT
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
echo "demo: both runs printed what they should"
