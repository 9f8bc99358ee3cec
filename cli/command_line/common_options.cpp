// SPDX-License-Identifier: Apache-2.0
#include "cli/command_line/command_tree.hpp"

namespace muster::cli {

void add_config(CLI::App& command, FleetArguments& arguments)
{
  command
      .add_option(
          "-c,--config",
          arguments.config,
          "client.yaml to use (default: $MUSTER_CONFIG, else ~/.config/muster/client.yaml, else "
          "/etc/muster/client.yaml)")
      ->type_name("FILE");
}

std::string refuse_blank(const std::string& text)
{
  return text.find_first_not_of(" \t") == std::string::npos ? "expected something, and got nothing" : "";
}

namespace {

constexpr const char* group = "Host filters";

}  // namespace

void add_host_filters(CLI::App& command, FleetArguments& arguments)
{
  const auto add = [&](const char* names, auto& target, const char* help, const char* type) {
    command.add_option(names, target, help)
        ->type_name(type)
        ->group(group)
        ->expected(1)
        ->take_all()
        ->allow_extra_args(false)
        ->check(refuse_blank);
  };
  add("-F,--with-fact,--wf",
      arguments.facts,
      "nodes with this fact: kernel=linux, 'memorysize_mb>=2048', os.family=/deb/",
      "FACT");
  add("-C,--with-class,--wc", arguments.classes, "nodes with this class, or /regex/", "CLASS");
  add("-I,--with-identity,--wi",
      arguments.identities,
      "this node, or /regex/; may be given several times",
      "NAME");
  add("-A,--with-agent,--wa", arguments.agents, "nodes with this agent, or /regex/", "AGENT");
  add("-W,--with", arguments.combined, "classes and facts in one: '/dev_server/ location=uk'", "WORDS");
  add("-S,--select",
      arguments.compounds,
      "statements with and, or, not and (): \"/apache/ and not country=uk\", "
      "\"nrpe('check_load').exitcode>0\"; docs/filters.md",
      "EXPRESSION");
}

void add_filters(CLI::App& command, FleetArguments& arguments)
{
  add_host_filters(command, arguments);
  command.add_option("-T,--target", arguments.collective, "the collective to ask")
      ->type_name("COLLECTIVE")
      ->group(group)
      ->check(refuse_blank);
  command
      .add_option(
          "-n,--nodes",
          arguments.nodes_file,
          "ask the nodes named in this file, one to a line; - reads stdin")
      ->type_name("FILE")
      ->group(group)
      ->check(refuse_blank);
}

void add_common(CLI::App& command, FleetArguments& arguments)
{
  add_config(command, arguments);
  add_filters(command, arguments);
  command
      .add_option(
          "-t,--timeout",
          arguments.timeout_s,
          "how long the nodes may work (default: `wait` of client.yaml, else 10)")
      ->type_name("SECONDS");
  command
      .add_option(
          "--ttl",
          arguments.ttl_s,
          "how long the request is valid by the clocks of the nodes, with 30 s of tolerance (default 60)")
      ->type_name("SECONDS");
  command.add_flag("--strict", arguments.strict, "nodes that are gone make the exit status bad, too");
  command.add_flag("-q,--quiet", arguments.quiet, "print nothing when all is well (exit status 0)");
  command.add_flag("-v,--verbose", arguments.verbose, "every node, and statistics");
  command.add_flag("-j,--json", arguments.json, "one JSON object instead of text");
  command.add_flag("--utc", arguments.utc, "times in UTC");
  command.add_flag("--no-progress,--np", arguments.no_progress, "no progress bar");
}

}  // namespace muster::cli
