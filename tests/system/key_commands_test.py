# SPDX-License-Identifier: Apache-2.0
"""`mco ca init`, `mco node add` and `mco key generate`, judged by programs that are not ours."""

import os
import stat
import subprocess

import pytest
import wire
from asking import validated

OPENSSL = "/usr/bin/openssl"


@pytest.fixture
def authority(bare_rig):
    bare_rig.must_run("ca", "init", "--dir", bare_rig.ca, "--broker", "mon1.example.net", "--broker", "10.0.0.1")
    return bare_rig.ca


def openssl(*arguments):
    result = subprocess.run([OPENSSL, *map(str, arguments)], capture_output=True, text=True, check=False)
    return result.stdout + result.stderr


def make_node(rig, name="web1.example.net", *options, folder="node", **more):
    return rig.run("node", "add", name, "--ca-dir", rig.ca, "--out", rig.folder / folder, *options, **more)


def test_the_brokers_certificate_names_its_hosts(authority):
    server = authority / "broker" / "server.pem"
    assert ": OK" in openssl("verify", "-x509_strict", "-purpose", "sslserver", "-CAfile", authority / "ca.pem", server)
    text = openssl("x509", "-in", server, "-noout", "-ext", "subjectAltName")
    assert "DNS:mon1.example.net" in text
    assert "IP Address:10.0.0.1" in text
    assert "error" in openssl("verify", "-purpose", "sslclient", "-CAfile", authority / "ca.pem", server)


def test_a_nodes_certificate_carries_its_name_and_is_a_clients(bare_rig, authority):
    assert make_node(bare_rig).returncode == 0
    certificate = bare_rig.folder / "node" / "tls" / "node.pem"
    assert ": OK" in openssl("verify", "-x509_strict", "-purpose", "sslclient", "-CAfile", authority / "ca.pem",
                             certificate)
    assert "error" in openssl("verify", "-purpose", "sslserver", "-CAfile", authority / "ca.pem", certificate)
    assert "CN = web1.example.net" in openssl("x509", "-in", certificate, "-noout", "-subject")
    assert "prime256v1" in openssl("x509", "-in", certificate, "-noout", "-text")


def test_no_secret_is_readable_by_others_whatever_the_umask(bare_rig, authority):
    os.umask(0)
    try:
        assert make_node(bare_rig).returncode == 0
        bare_rig.add_operator("alice@ops1")
    finally:
        os.umask(0o022)
    secrets = [path for path in bare_rig.folder.rglob("*.key")]
    assert len(secrets) == 5, secrets
    assert {stat.S_IMODE(path.stat().st_mode) for path in secrets} == {0o600}
    assert authority.exists()


def test_the_signing_key_is_one_that_another_library_understands(bare_rig, authority):
    bare_rig.add_operator("alice@ops1")
    key = wire.signing_key(bare_rig.key_file("alice@ops1"))
    published = (authority / "operators" / "alice@ops1.pub").read_text()
    assert published == wire.public_line(key, "alice@ops1")


def test_node_add_installs_over_ssh(bare_rig, authority):
    assert authority.exists()
    installed = bare_rig.folder / "installed"
    installed.mkdir()
    ssh = bare_rig.folder / "bin" / "ssh"
    ssh.parent.mkdir()
    ssh.write_text(f'#!/bin/sh\nprintf "%s\\n" "$@" >{bare_rig.folder}/words\nexec tar -C {installed} -xf -\n')
    ssh.chmod(0o755)
    result = make_node(bare_rig, "web1.example.net", "--ssh", "root@web1", env={"PATH": f"{ssh.parent}:/usr/bin:/bin"})
    assert result.returncode == 0, result.stderr
    words = (bare_rig.folder / "words").read_text().splitlines()
    assert words[:2] == ["--", "root@web1"]
    assert (installed / "checkagent.yaml").exists()
    assert stat.S_IMODE((installed / "tls" / "node.key").stat().st_mode) == 0o600


def test_node_add_tells_when_ssh_fails_and_keeps_the_files(bare_rig, authority):
    assert authority.exists()
    ssh = bare_rig.folder / "bin" / "ssh"
    ssh.parent.mkdir()
    ssh.write_text("#!/bin/sh\ncat >/dev/null\nexit 255\n")
    ssh.chmod(0o755)
    result = make_node(bare_rig, "web1.example.net", "--ssh", "web1", env={"PATH": f"{ssh.parent}:/usr/bin:/bin"})
    assert result.returncode == 77
    assert "ssh ended with status 255" in result.stderr
    assert (bare_rig.folder / "node" / "checkagent.yaml").exists()


def existing(paths):
    return [path for path in paths if os.path.isfile(path)]


def test_json_tells_every_file_that_was_made(bare_rig):
    rig = bare_rig
    init = validated("ca_init", rig.must_run(
        "ca", "init", "--dir", rig.ca, "--broker", "10.0.0.1", "--broker", "::1", "--operator", "bob@ops1", "-j").stdout)
    assert init["brokers"] == ["mqtts://10.0.0.1:8883", "mqtts://[::1]:8883"]
    assert init["operators"] == ["bob@ops1"]
    assert sorted(init["files"]) == sorted(str(path) for path in rig.ca.rglob("*") if path.is_file())
    key = validated("key_generate", rig.must_run(
        "key", "generate", "alice@ops1", "--dir", rig.folder / "alice", "--ca-dir", rig.ca, "--json").stdout)
    assert key["caller"] == "alice@ops1"
    assert existing(key["files"]) == key["files"]
    assert existing([key["public_key"], key["certificate"], key["acl"], key["client_settings"]])[3:]
    node = validated("node_add", make_node(rig, "web1.example.net", "--json").stdout)
    assert (node["name"], node["callers"], node["installed_on"]) == ("web1.example.net", ["alice@ops1"], None)
    assert sorted(node["files"]) == sorted(str(path) for path in (rig.folder / "node").rglob("*") if path.is_file())
    assert node["folder"] == str(rig.folder / "node")


def test_json_has_nothing_for_what_was_not_made(bare_rig):
    key = validated("key_generate", bare_rig.must_run(
        "key", "generate", "alice@ops1", "--dir", bare_rig.folder / "alice", "--json").stdout)
    assert (key["certificate"], key["acl"], key["client_settings"]) == (None, None, None)
    assert len(key["files"]) == 2


@pytest.mark.parametrize("arguments, status", [
    (["ca", "init", "--operator", "nobody"], 64), (["node", "add", "Web1"], 64), (["key", "generate", "web1"], 64),
    (["ca", "init", "--dir", "/proc/ca"], 77)])
def test_json_tells_of_a_failure_too(bare_rig, arguments, status):
    result = bare_rig.run(*arguments, "--json")
    document = validated("failure", result.stdout)
    assert (result.returncode, document["exit_status"]) == (status, status)
    assert document["errors"][0] in result.stderr


def test_json_of_node_add_over_ssh_has_nothing_of_what_the_other_side_prints(bare_rig, authority):
    assert authority.exists()
    ssh = bare_rig.folder / "bin" / "ssh"
    ssh.parent.mkdir()
    ssh.write_text("#!/bin/sh\necho welcome to web1\ncat >/dev/null\n")
    ssh.chmod(0o755)
    result = make_node(bare_rig, "web1", "--ssh", "root@web1", "--json", env={"PATH": f"{ssh.parent}:/usr/bin:/bin"})
    assert validated("node_add", result.stdout)["installed_on"] == "root@web1"
    assert "welcome to web1" in result.stderr
    ssh.write_text("#!/bin/sh\ncat >/dev/null\nexit 255\n")
    result = make_node(bare_rig, "web2", "--ssh", "web2", "--json", folder="node2",
                       env={"PATH": f"{ssh.parent}:/usr/bin:/bin"})
    assert validated("failure", result.stdout)["exit_status"] == result.returncode == 77


def test_a_host_that_looks_like_an_option_never_reaches_ssh(bare_rig, authority):
    assert authority.exists()
    result = make_node(bare_rig, "web1.example.net", "--ssh=-oProxyCommand=id")
    assert result.returncode == 64
    assert "is no host for ssh" in result.stderr


def test_key_generate_works_in_cron_without_a_home(bare_rig):
    environment = {"PATH": "/usr/bin:/bin"}
    program = str(bare_rig.bin / "mco")
    result = subprocess.run([program, "key", "generate", "cron@ops1", "--ca-dir", str(bare_rig.ca)], env=environment,
                            capture_output=True, text=True, check=False)
    assert result.returncode == 64
    assert "--dir" in result.stderr
    folder = bare_rig.folder / "cron"
    result = subprocess.run([program, "key", "generate", "cron@ops1", "--dir", str(folder)], env=environment,
                            capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr
    assert (folder / "keys" / "cron@ops1.key").exists()
