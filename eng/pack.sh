#!/usr/bin/env bash
# Packs Strata.Arrow, Strata.Rrd and Strata.Deriving with their symbols, and the program as a dotnet tool, into a folder that serves as a NuGet source.
# usage: eng/pack.sh FOLDER     eng/check-pack.sh proves what it makes
set -euo pipefail
root=$(dirname "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")")
[ $# -eq 1 ] || { sed -n '2,3s/^# //p' "${BASH_SOURCE[0]}" >&2; exit 2; }
folder=$(realpath -m "$1")
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1

# Built beside the repository's own objects: they know the paths of this machine, packages do not.
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
for project in src/Arrow src/Rrd src/Deriving src/Cli; do
  dotnet pack "$root/$project" --configuration Release --artifacts-path "$work/artifacts" --output "$work/packages" --verbosity quiet --nologo -p:PathMap="$root=/_%2C$work=/_"
done
mkdir -p "$folder"
mv -f "$work"/packages/*.nupkg "$work"/packages/*.snupkg "$folder"
echo "packed $(dotnet msbuild "$root/src/Rrd" -getProperty:Version) into $folder"
