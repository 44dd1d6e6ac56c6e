#!/usr/bin/env bash
# Makes the program for a machine that has no .NET: one folder with its runtime in it, compiled ahead of time as a whole. Takes some minutes.
# usage: eng/package.sh FOLDER [RUNTIME-IDENTIFIER]     FOLDER/strata is the program; without an identifier it is for this kind of machine
set -euo pipefail
root=$(dirname "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")")
[ $# -ge 1 ] || { sed -n '2,3s/^# //p' "${BASH_SOURCE[0]}" >&2; exit 2; }
folder=$(realpath -m "$1")
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
[ ! -e "$folder" ] || [ -f "$folder/strata.dll" ] || [ -z "$(ls -A "$folder")" ] || { echo "eng/package.sh: '$folder' holds something else; name a new folder" >&2; exit 1; }

rm -rf "$folder.new"
dotnet publish "$root/src/Cli" --configuration Release --output "$folder.new" --verbosity quiet --nologo \
  -p:AheadOfTime=true -p:WithRuntime=true ${2:+-p:UseCurrentRuntimeIdentifier=false -p:RuntimeIdentifier="$2"}
rm -rf "$folder"
mv "$folder.new" "$folder"
echo "packaged: $folder/strata ($(du -sh "$folder" | cut -f1))"
