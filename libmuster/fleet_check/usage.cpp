// SPDX-License-Identifier: Apache-2.0
#include "libmuster/fleet_check/arguments.hpp"

namespace muster::fleet_check {

std::string version_text()
{
  return "check_mco v" MUSTER_VERSION " (Muster)\n";
}

std::string help_text()
{
  return version_text() + R"(
Runs a check on the nodes of a Muster fleet, one or all of them, and tells a monitor what came of it.

Usage:
  check_mco -k CHECK -H NODE                   this node's check, told as its plugin tells it
  check_mco -k CHECK [filters] [-w R] [-c R]   how many nodes of the fleet have a problem

Options:
  -k, --check NAME        the check: a command[NAME] of the nodes' nrpe.cfg
  -H, --hostname NODE     the same as -I: name the host as its node is named
  -w, --warning RANGE     WARNING if the number of nodes with a problem is outside of RANGE; with a % their
                          share of the nodes that were meant: -w 3, -w 5%, -c 10%:
  -c, --critical RANGE    the same for CRITICAL
  -t, --timeout SECONDS   for everything, from start to exit (default 10); the plugins have 2 s less
      --strict            nodes that are gone count as problems, too; those that are named always do
      --config FILE       client.yaml to use (default: $MUSTER_CONFIG, else ~/.config/muster/client.yaml,
                          else /etc/muster/client.yaml)
  -a, --args WORD...      arguments for the check, if the node's nrpe.cfg allows them; all words after it
                          belong to it
  -h, --help              this text
  -V, --version           the version

Who is meant (as for mco; without any of these, everybody):
  -I, --with-identity NAME    this node, or /regex/; may be given several times
  -F, --with-fact FACT        nodes with this fact: kernel=linux, 'memorysize_mb>=2048', os.family=/deb/
  -C, --with-class CLASS      nodes with this class, or /regex/
  -A, --with-agent AGENT      nodes with this agent, or /regex/
  -W, --with WORDS            classes and facts in one: '/dev_server/ location=uk'
  -S, --select EXPRESSION     statements with and, or, not and (): "/apache/ and not country=uk"
  -T, --target COLLECTIVE     the collective to ask

A node has a problem if its check is not OK, or if it refused, did not answer in time or did not answer at
all; these are UNKNOWN. Without -w and -c the state is the worst one of all nodes. The exit status is the
state: 0 OK, 1 WARNING, 2 CRITICAL, 3 UNKNOWN; nobody to ask, and every failure of check_mco itself, is 3.
)";
}

}  // namespace muster::fleet_check
