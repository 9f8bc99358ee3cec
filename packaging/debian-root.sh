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

# boot_root DIR: starts systemd, which must be installed there, as the first process of the root, in namespaces and control
# groups of its own. Prints the process id that in_booted and halt_root want. The network is this machine's. Fails, with
# nothing left behind but root/boot.log there, where systemd does not start.
boot_root() {
  local root=$1 group init
  group=muster-$(basename "$root")
  # shellcheck disable=SC2016 # the inner shell expands $0 and $1
  /bin/sh -c '
    for hierarchy in /sys/fs/cgroup /sys/fs/cgroup/*/; do
      [ -e "$hierarchy/cgroup.procs" ] && mkdir "$hierarchy/$1" && echo $$ >"$hierarchy/$1/cgroup.procs"
    done 2>/dev/null
    exec unshare --mount --pid --fork --kill-child --uts --ipc --cgroup /bin/sh -c "
      mount --make-rprivate / && mount --bind \"$0\" \"$0\" && cd \"$0\" &&
      mount -t proc proc proc && mount -t tmpfs tmpfs run && mount -t sysfs -o ro sysfs sys &&
      mount -t devpts devpts dev/pts -o newinstance,ptmxmode=0666 || exit 1
      if [ -e /sys/fs/cgroup/cgroup.controllers ]; then
        mount -t cgroup2 cgroup2 sys/fs/cgroup
      else
        mount -t tmpfs tmpfs sys/fs/cgroup && mkdir sys/fs/cgroup/systemd sys/fs/cgroup/unified &&
        mount -t cgroup -o none,name=systemd cgroup sys/fs/cgroup/systemd &&
        mount -t cgroup2 cgroup2 sys/fs/cgroup/unified
      fi
      exec env -i container=muster PATH=/usr/sbin:/usr/bin:/sbin:/bin /usr/sbin/chroot . /lib/systemd/systemd \
        --unit=multi-user.target"
  ' "$root" "$group" >"$root/root/boot.log" 2>&1 </dev/null &
  for _ in $(seq 100); do
    init=$(pgrep -P $! -x systemd) && break # not what the shell runs before it
    sleep 0.1
  done
  if [[ -z ${init:-} ]]; then
    kill -KILL $! 2>/dev/null || true # its children go with it
    return 1
  fi
  for _ in $(seq 60); do
    in_booted "$init" 'systemctl is-system-running' 2>/dev/null | grep -qE '^(running|degraded)$' && break
    sleep 0.5
  done
  echo "$init"
}

# in_booted INIT SCRIPT
in_booted() {
  nsenter --target "$1" --mount --pid --uts --ipc --cgroup --root --wd /usr/bin/env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin \
    HOME=/root LC_ALL=C.UTF-8 TERM=dumb ${http_proxy:+http_proxy="$http_proxy"} ${https_proxy:+https_proxy="$https_proxy"} \
    bash -euo pipefail -c "$2"
}

# halt_root INIT DIR: ends what runs there, and its control groups.
halt_root() {
  local hierarchy
  kill -KILL "$1" 2>/dev/null || true
  sleep 1
  for hierarchy in /sys/fs/cgroup /sys/fs/cgroup/*/; do
    find "$hierarchy/muster-$(basename "$2")" -depth -type d -exec rmdir {} + 2>/dev/null || true
  done
}
