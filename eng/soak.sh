#!/usr/bin/env bash
# Lets everything of a fleet fail again and again while fifty simulated robots publish, and writes its part of docs/reliability.md. Needs PostgreSQL and RabbitMQ as ./test does.
# usage: eng/soak.sh [TIME]      TIME: such as 10m or 8h; 30m unless told. STRATA_TEST_SEED=… draws the same faults again
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")/.."
time=${1:-30m}
[[ "$time" =~ ^[0-9]+[smhd]$ ]] || { echo "usage: eng/soak.sh [TIME]; expected a time such as 10m or 8h, found '$time'"; exit 2; }
dotnet build tests/EndToEnd/Strata.EndToEnd.Tests.csproj --configuration Release --verbosity quiet --nologo
STRATA_SOAK=$time dotnet tests/EndToEnd/bin/Release/net10.0/Strata.EndToEnd.Tests.dll -noLogo -noColor -showLiveOutput -method '*.While_everything_fails_for_hours*'
