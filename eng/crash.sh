#!/usr/bin/env bash
# Kills a real process at every fault point of the path from registering to the swap of a rebuild, on SQLite and PostgreSQL, and writes docs/reliability.md.
# usage: eng/crash.sh [first|all]      first: each point's first passage; all (unless told): its second too, and 50 seeded pairs
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")/.."
plan=${1:-all}
case "$plan" in first | all) ;; *) echo "usage: eng/crash.sh [first|all]; found '$plan'"; exit 2 ;; esac
dotnet build tests/Crash/Strata.Crash.Tests.csproj --configuration Release --verbosity quiet --nologo
STRATA_CRASH=$plan dotnet tests/Crash/bin/Release/net10.0/Strata.Crash.Tests.dll -noLogo -noColor -method '*.A_kill_anywhere_loses_and_doubles_nothing'
