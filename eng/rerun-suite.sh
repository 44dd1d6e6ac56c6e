#!/usr/bin/env bash
# Runs Rerun's own end-to-end suite (rerun_py/tests/e2e_redap_tests) with the real client against a server of ours.
#   RERUN_SUITE          folder with rerun_py/tests, rerun_py/pyproject.toml and pyproject.toml of the public repository, resources generated
#   STRATA_RERUN_PYTHON  a Python with rerun-sdk[catalog]==0.41.0, pytest, syrupy, inline-snapshot, pytest-timeout
# Arguments go to pytest. Prints the counts and what did not pass; exit 1 when something did not.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
: "${RERUN_SUITE:?set it to the folder of the suite}" "${STRATA_RERUN_PYTHON:?set it to a Python with the Rerun SDK}"
work=$(mktemp -d)
"$root/strata" --help > /dev/null
"$root/strata" serve --data "$work/data" --listen 127.0.0.1:0 --default-rules none > "$work/out" 2> "$work/err" &
server=$!
trap 'kill "$server" 2> /dev/null || true; wait "$server" 2> /dev/null || true; rm -rf "$work"' EXIT
until grep -q ' serves ' "$work/err"; do
  kill -0 "$server" 2> /dev/null || { cat "$work/err" >&2; exit 1; }
  sleep 0.2
done
url=$(grep -o 'http://[^;]*' "$work/err" | tail -1)
cd "$RERUN_SUITE"
RERUN_ANALYTICS=0 "$STRATA_RERUN_PYTHON" -m pytest -c rerun_py/pyproject.toml -W default::DeprecationWarning -p no:cacheprovider -q -rfE --tb=no --timeout 60 \
  rerun_py/tests/e2e_redap_tests --redap-url "rerun+$url" "$@"
