# SPDX-License-Identifier: Apache-2.0
"""A fleet on certificates that are not ours, laid out as Puppet does: docs/existing-pki.md, tried."""

import pytest
from foreign_pki import ForeignPki
from muster_rig import OPERATOR
from processes import Failed

CHECK = "command[check_fine]=/usr/lib/nagios/plugins/check_dummy 0 fine\n"
NODE = "web1.example.net"


@pytest.fixture
def puppet(bare_rig):
    """The authority, and a rig whose broker has its certificate from there."""
    pki = ForeignPki(bare_rig.folder / "ssl")
    pki.issue("mon1.example.net", hosts=["127.0.0.1", "localhost"])
    pki.issue(OPERATOR)
    pki.issue(NODE)
    bare_rig.start_broker(settings={
        "cafile": pki.ca_certificate,
        "certfile": pki.certificate("mon1.example.net"),
        "keyfile": pki.key("mon1.example.net"),
    })
    return pki


def tls_of(pki, name):
    return {"ca": str(pki.ca_certificate), "certificate": str(pki.certificate(name)), "key": str(pki.key(name))}


def test_a_fleet_works_on_puppets_certificates(bare_rig, puppet):
    bare_rig.client_tls[OPERATOR] = tls_of(puppet, OPERATOR)
    node = bare_rig.start_node(NODE, nrpe_cfg=CHECK, settings={"tls": tls_of(puppet, NODE)}, wait=False)
    bare_rig.wait_until_answered(NODE, node)
    result = bare_rig.mco("nrpe", "check_fine", "-v")
    assert result.returncode == 0, result.stdout + result.stderr
    assert NODE in result.stdout


def test_our_own_certificate_is_a_strangers_there(bare_rig, puppet):
    assert puppet.ca_certificate.exists()
    with pytest.raises((Failed, OSError)):
        bare_rig.mqtt_client(OPERATOR)
