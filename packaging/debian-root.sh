# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
# Sourced by the scripts that try something on a machine that has never seen the project: a Debian 12 root by debootstrap.

# make_root DIR: apt works in it as it does here. Needs root.
make_root() {
  local root=$1 mirror
  mirror=$(cat /etc/apt/sources.list /etc/apt/sources.list.d/*.list /etc/apt/sources.list.d/*.sources 2>/dev/null |
    sed -nE 's#^(deb |URIs:)[^h]*(https?://[^ ]*/debian)/?( .*)?$#\2#p' | head -n 1)
  mirror=${mirror:-http://deb.debian.org/debian}
  chmod 755 "$root" # apt drops its rights to download
  debootstrap --variant=minbase --include=ca-certificates bookworm "$root" "$mirror"
  printf 'deb %s main\n' "$mirror bookworm" "$mirror bookworm-updates" "$mirror-security bookworm-security" \
    >"$root/etc/apt/sources.list"
  cp -a /etc/apt/apt.conf.d/. "$root/etc/apt/apt.conf.d/" # a proxy, if there is one
  cp /etc/resolv.conf /etc/hosts "$root/etc/"
  ln -sf ../proc/self/mounts "$root/etc/mtab" # systemd would make it; check_disk reads it
  cp -L /etc/ssl/certs/ca-certificates.crt "$root/etc/ssl/certs/"
}

# in_root DIR SCRIPT: runs a bash script, given as text, in the root; its processes and mounts end with it.
in_root() {
  # shellcheck disable=SC2016 # the inner shell expands $0 and $1
  unshare --mount --pid --fork --kill-child /bin/sh -c '
    mount --bind "$0" "$0" && # check_disk looks for the root among the mounts
    mount -t proc proc "$0/proc" && mount -t devpts devpts "$0/dev/pts" -o newinstance,ptmxmode=0666 &&
    exec chroot "$0" /usr/bin/env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LC_ALL=C.UTF-8 TERM=dumb \
      ${http_proxy:+http_proxy="$http_proxy"} ${https_proxy:+https_proxy="$https_proxy"} bash -euo pipefail -c "$1"
  ' "$1" "$2"
}
