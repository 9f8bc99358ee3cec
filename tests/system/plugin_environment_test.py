# SPDX-License-Identifier: Apache-2.0
"""What a plugin finds in its environment, in a node that is connected to a real broker."""

import pytest
from asking import told

PROXY = "http://proxy.example.net:3128"


@pytest.mark.parametrize("variable", ["http_proxy", "https_proxy"])
def test_a_proxy_that_keep_env_vars_names_reaches_the_plugin(rig, variable):
    rig.start_node("web1", f"keep_env_vars={variable}\ncommand[proxy]=/usr/bin/printenv {variable}\n",
                   env={variable: PROXY})
    assert told(rig, "nrpe", "proxy").run("web1")["summary"] == PROXY
