#!/usr/bin/env bash
# Packs, installs the program as a tool and runs it, and builds samples/csharp against the packages alone. Leaves nothing behind.
set -euo pipefail
root=$(dirname "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")")
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 DOTNET_CLI_WORKLOAD_UPDATE_NOTIFY_DISABLE=1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
fail() { echo "pack: expected $1" >&2; exit 1; }

"$root/eng/pack.sh" "$work/feed"
version=$(dotnet msbuild "$root/src/Rrd" -getProperty:Version)
for package in Strata.Arrow Strata.Rrd Strata.Deriving; do
  files=$(unzip -Z1 "$work/feed/$package.$version.nupkg")
  for file in README.md "lib/net10.0/$package.dll" "lib/net10.0/$package.xml"; do
    grep -qxF "$file" <<< "$files" || fail "$file in $package.$version.nupkg"
  done
  files=$(unzip -Z1 "$work/feed/$package.$version.snupkg")
  grep -qxF "lib/net10.0/$package.pdb" <<< "$files" || fail "symbols of $package"
  unzip -qo "$work/feed/$package.$version.nupkg" "lib/net10.0/$package.dll" -d "$work/unpacked"
  ! grep -qaF -e "$root" -e "${TMPDIR:-/tmp}/" "$work/unpacked/lib/net10.0/$package.dll" || fail "no path of this machine in $package.dll"
done

# Packages that were there before may be used; ours must come from the folder, whatever an earlier run left.
mkdir "$work/others"
for package in "$(dotnet nuget locals global-packages --list | sed 's/^global-packages: //')"/*; do
  case "${package##*/}" in strata.*) ;; *) ln -s "$package" "$work/others/" ;; esac
done
mkdir "$work/program" && cp "$root"/samples/csharp/*.cs "$work/program"
cat > "$work/program/program.csproj" << PROJECT
<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup>
    <OutputType>Exe</OutputType>
    <TargetFramework>net10.0</TargetFramework>
    <Nullable>enable</Nullable>
    <ImplicitUsings>enable</ImplicitUsings>
    <RestorePackagesPath>$work/restored</RestorePackagesPath>
    <RestoreFallbackFolders>$work/others</RestoreFallbackFolders>
    <RestoreAdditionalProjectSources>$work/feed</RestoreAdditionalProjectSources>
  </PropertyGroup>
  <ItemGroup>
    <PackageReference Include="Strata.Rrd" Version="$version" />
  </ItemGroup>
</Project>
PROJECT
dotnet build "$work/program" --configuration Release --output "$work/built" --verbosity quiet --nologo -consoleLoggerParameters:NoSummary
[ -d "$work/restored/strata.rrd/$version" ] || fail "Strata.Rrd out of the folder that was packed"
dotnet "$work/built/program.dll" "$work/recordings" > "$work/out"
grep -qx '105 rows in all' "$work/out" || fail "the sample to count 105 rows; it printed: $(cat "$work/out")"

dotnet tool install Strata.Cli --version "$version" --tool-path "$work/tool" --source "$work/feed" > /dev/null
[ "$("$work/tool/strata" --version)" = "$version" ] || fail "strata --version to say $version"
# A deriver that an author begins, with the packages alone. Outside of the repository its properties are its own.
"$work/tool/strata" deriver new joint_range --output "$work/joint_range" --strata "$work/feed" > /dev/null
dotnet build "$work/joint_range/JointRange.Tests" --configuration Release --verbosity quiet --nologo -consoleLoggerParameters:NoSummary -p:RestorePackagesPath="$work/restored" -p:RestoreFallbackFolders="$work/others"
dotnet "$work/joint_range/JointRange.Tests/bin/Release/net10.0/JointRange.Tests.dll" > "$work/out" || fail "the test of a new deriver to pass: $(cat "$work/out")"

"$work/tool/strata" rrd doctor "$work/recordings/episode_8.rrd" > "$work/out" || fail "the sample's recording to be sound: $(cat "$work/out")"
# The log is a SQLite file: its native part must have come with the tool.
"$work/tool/strata" register "$work/recordings/episode_8.rrd" --dataset my_robot --data "$work/data" --wait > "$work/out" 2>&1 || fail "the tool to register a recording: $(cat "$work/out")"
"$work/tool/strata" segments my_robot --data "$work/data" > "$work/out" 2>&1
grep -q episode_8 "$work/out" || fail "the segment episode_8"
echo "packages and tool of $version work"
