# SPDX-License-Identifier: Apache-2.0
"""A certificate authority that is not ours: RSA keys and certificates by the openssl command, as a Puppet server has."""

import pathlib
import subprocess


def _openssl(*arguments):
    result = subprocess.run(["/usr/bin/openssl", *map(str, arguments)], capture_output=True, text=True, check=False)
    if result.returncode != 0:
        raise RuntimeError(f"openssl {' '.join(map(str, arguments))}: {result.stderr}")
    return result.stdout


class ForeignPki:
    """Lays its files out as Puppet does: certs/NAME.pem, private_keys/NAME.pem, certs/ca.pem."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.ca_certificate = self.folder / "certs" / "ca.pem"
        self._ca_key = self.folder / "ca_key.pem"
        (self.folder / "certs").mkdir(parents=True)
        (self.folder / "private_keys").mkdir()
        _openssl(
            "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "30", "-subj", "/CN=Puppet CA: puppet.example.net",
            "-keyout", self._ca_key, "-out", self.ca_certificate)

    def certificate(self, name):
        return self.folder / "certs" / f"{name}.pem"

    def key(self, name):
        return self.folder / "private_keys" / f"{name}.pem"

    def issue(self, name, hosts=()):
        """A certificate with both uses, as Puppet issues them; does nothing when there is one."""
        if self.certificate(name).exists():
            return
        request = self.folder / "request.pem"
        extensions = self.folder / "extensions"
        names = ",".join(["DNS:" + name.replace("@", ".")] + [
            ("IP:" if host[0].isdigit() else "DNS:") + host for host in hosts])
        extensions.write_text(
            f"extendedKeyUsage=serverAuth,clientAuth\nbasicConstraints=CA:FALSE\nsubjectAltName={names}\n")
        _openssl("req", "-new", "-newkey", "rsa:2048", "-nodes", "-subj", f"/CN={name}", "-keyout", self.key(name),
                 "-out", request)
        _openssl("x509", "-req", "-in", request, "-CA", self.ca_certificate, "-CAkey", self._ca_key, "-CAcreateserial",
                 "-days", "30", "-extfile", extensions, "-out", self.certificate(name))
