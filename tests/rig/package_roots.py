# SPDX-License-Identifier: Apache-2.0
"""Folders in which the real apt and dpkg, or the real dnf and rpm, work on nothing but tiny packages of the test's own.

The machine's own packages are out of reach: the tools that muster-privileged is given are scripts that add a root and a
configuration of the test to every call.
"""

import fcntl
import subprocess

from privileged import script


def run(*command, **options):
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True, check=False, **options)
    assert done.returncode == 0, f"{command}: {done.stdout}{done.stderr}"
    return done.stdout


class AptRoot:
    """`tools` for muster-privileged: apt-get, apt-cache and dpkg-query that know one local repository and one private root."""

    def __init__(self, folder):
        self.folder = folder / "apt"
        self.root = self.folder / "root"
        self.repository = self.folder / "repository"
        for path in ("var/lib/dpkg/info", "var/lib/dpkg/updates", "var/lib/dpkg/triggers", "var/lib/apt/lists/partial",
                     "var/cache/apt/archives/partial", "etc/apt/apt.conf.d", "etc/apt/preferences.d", "var/log/apt", "tmp"):
            (self.root / path).mkdir(parents=True)
        self.repository.mkdir()
        (self.root / "var/lib/dpkg/status").touch()
        (self.root / "etc/apt/sources.list").write_text(f"deb [trusted=yes] file:{self.repository} ./\n")
        self.configuration = self.folder / "apt.conf"
        self.configuration.write_text(f"""
Dir "{self.root}";
Dir::State::status "{self.root}/var/lib/dpkg/status";
Dir::Bin::dpkg "/usr/bin/dpkg";
Dir::Bin::methods "/usr/lib/apt/methods";
DPkg::Options {{ "--root={self.root}"; "--force-not-root"; "--force-script-chrootless"; }};
APT::Sandbox::User "root";
Acquire::Languages "none";
""")
        apt = f'export APT_CONFIG={self.configuration}\nexec /usr/bin/{{}} "$@"'
        self.tools = {
            "apt_get": script(self.folder, "apt-get", apt.format("apt-get")),
            "apt_cache": script(self.folder, "apt-cache", apt.format("apt-cache")),
            "dpkg_query": script(self.folder, "dpkg-query",
                                 f'exec /usr/bin/dpkg-query --admindir={self.root}/var/lib/dpkg "$@"'),
        }

    def offer(self, name, version, postinst=None):
        """A package with one file and one configuration file, in the repository; `refresh` makes it known."""
        build = self.folder / f"{name}-{version}"
        (build / "DEBIAN").mkdir(parents=True)
        (build / "DEBIAN/control").write_text(
            f"Package: {name}\nVersion: {version}\nArchitecture: all\nMaintainer: test <test@localhost>\n"
            "Description: a package of a test\n")
        (build / f"usr/share/{name}").mkdir(parents=True)
        (build / f"usr/share/{name}/version").write_text(f"{version}\n")
        (build / "etc").mkdir()
        (build / f"etc/{name}.conf").write_text(f"from {version}\n")
        (build / "DEBIAN/conffiles").write_text(f"/etc/{name}.conf\n")
        if postinst:
            script(build / "DEBIAN", "postinst", postinst)
        run("dpkg-deb", "--root-owner-group", "--build", build, self.repository)
        (self.repository / "Packages").write_text(run("dpkg-scanpackages", "-m", ".", cwd=self.repository))

    def installed(self, name):
        """The version that is really there, or None."""
        path = self.root / f"usr/share/{name}/version"
        return path.read_text().strip() if path.exists() else None

    def configuration_of(self, name):
        return self.root / f"etc/{name}.conf"

    def lock(self):
        """Held until the object is closed, as another apt would hold it."""
        lock = (self.root / "var/lib/dpkg/lock-frontend").open("w")
        fcntl.lockf(lock, fcntl.LOCK_EX)
        return lock


class DnfRoot:
    """`tools` for muster-privileged: dnf and rpm that know one local repository and one private root."""

    def __init__(self, folder):
        self.folder = folder / "dnf"
        self.root = self.folder / "root"
        self.repository = self.folder / "repository"
        for path in (self.root, self.repository, self.folder / "repos", self.folder / "build"):
            path.mkdir(parents=True)
        (self.folder / "repos/test.repo").write_text(
            f"[test]\nname=test\nbaseurl=file://{self.repository}\ngpgcheck=0\nmetadata_expire=0\n")
        (self.folder / "dnf.conf").write_text(
            f"[main]\nreposdir={self.folder}/repos\ncachedir={self.folder}/cache\nlogdir={self.folder}\n"
            f"persistdir={self.folder}/persist\ngpgcheck=0\n")
        self.tools = {
            "dnf": script(self.folder, "dnf", f"exec /usr/bin/dnf --config {self.folder}/dnf.conf "
                                              f'--installroot {self.root} --releasever 9 "$@"'),
            "rpm": script(self.folder, "rpm", f'exec /usr/bin/rpm --root {self.root} "$@"'),
        }

    def offer(self, name, version, release="1"):
        spec = self.folder / f"{name}-{version}.spec"
        spec.write_text(f"""Name: {name}
Version: {version}
Release: {release}
Summary: a package of a test
License: ASL 2.0
BuildArch: noarch
%description
A package of a test.
%install
mkdir -p %{{buildroot}}/usr/share/{name}
echo {version}-{release} >%{{buildroot}}/usr/share/{name}/version
%files
/usr/share/{name}/version
""")
        run("rpmbuild", "--define", f"_topdir {self.folder}/build", "--define", f"_rpmdir {self.repository}", "-bb", spec)
        run("createrepo_c", "--quiet", self.repository)

    def installed(self, name):
        path = self.root / f"usr/share/{name}/version"
        return path.read_text().strip() if path.exists() else None
