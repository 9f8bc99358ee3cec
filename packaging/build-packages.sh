#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Builds the packages muster-* into build/packages, from the release preset.
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")/.."

cmake --preset release >/dev/null
cmake --build build/release --target checkagent muster-privileged mco collector nagios-bridge check_mco
rm -rf build/packages
cpack --config build/release/CPackConfig.cmake
rm -rf build/packages/_CPack_Packages
for package in build/packages/*.deb; do
  printf '\n%s\n' "$package"
  dpkg-deb --field "$package" Package Version Depends Installed-Size
done
