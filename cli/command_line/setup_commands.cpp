// SPDX-License-Identifier: Apache-2.0
#include <iostream>
#include <memory>

#include "cli/command_line/command_tree.hpp"
#include "cli/commands/ca.hpp"
#include "cli/commands/collector.hpp"
#include "cli/commands/fleet_commands.hpp"
#include "cli/commands/key.hpp"
#include "cli/commands/node_add.hpp"

namespace muster::cli {

namespace {

constexpr const char* forget_examples =
    "\nExamples:\n"
    "  mco node forget web7.example.net\n"
    "  mco node forget -I '/^old/'            those of them that are gone; nodes that are up stay\n"
    "  mco node forget web1 --check raid      a check that it does not have any more, of the collector's\n"
    "\n"
    "Exit status: 0 all forgotten, 1 nobody matched, 2 some were not, with the reason; 77 the broker does "
    "not\n"
    "let you.\n";

constexpr const char* add_examples =
    "\nExamples:\n"
    "  mco node add web1.example.net          makes its folder and says how to copy it there\n"
    "  mco node add web1.example.net --ssh root@web1.example.net\n"
    "\n"
    "Run it where the authority is. What is there already is never overwritten. Exit status: 0 made, 64 "
    "usage, no\n"
    "authority, or there is such a node; 77 a file cannot be written.\n";

constexpr const char* init_examples =
    "\nExamples:\n"
    "  mco ca init --broker mqtt.example.net --operator alice@ops1\n"
    "  mco ca init --dir ./ca --broker 192.0.2.7 --port 18883 --listen 192.0.2.7\n"
    "\n"
    "Makes the authority, the broker's certificate, its configuration and its access list. What is there "
    "already is\n"
    "never overwritten. Exit status: 0 made, 64 usage, or the folder holds an authority; 77 a file cannot "
    "be written.\n";

constexpr const char* generate_examples =
    "\nExamples:\n"
    "  mco key generate                       for USER@HOST, below ~/.config/muster\n"
    "  mco key generate bob@ops2 --dir ./bob --ca-dir ./ca\n"
    "  mco key generate collector@mon1 --dir /etc/muster/collector --results --no-forget\n"
    "\n"
    "The .pub file belongs into callers.d of the nodes that shall trust you; the .key file stays with you. "
    "Exit\n"
    "status: 0 made, 64 usage, or there is such a key; 77 a file cannot be written.\n";

constexpr const char* node_examples =
    "\nExamples:\n"
    "  mco node add web1.example.net --ssh root@web1.example.net\n"
    "  mco node forget web7.example.net\n"
    "\n"
    "Exit status: 0 done, others as mco node add --help and mco node forget --help tell.\n";

constexpr const char* ca_examples =
    "\nExamples:\n"
    "  mco ca init --broker mqtt.example.net --operator alice@ops1\n"
    "\n"
    "Exit status: 0 made, 64 usage, or the folder holds an authority; 77 a file cannot be written.\n";

constexpr const char* key_examples =
    "\nExamples:\n"
    "  mco key generate                       for USER@HOST, below ~/.config/muster\n"
    "\n"
    "Exit status: 0 made, 64 usage, or there is such a key; 77 a file cannot be written.\n";

// What says nothing here is accepted in silence or refused with its reason, but not offered.
void offer_what_forget_takes(CLI::App& forget)
{
  for (const auto* name : {"--with-fact", "--with-class", "--with", "--strict", "--verbose"}) {
    forget.get_option(name)->group("");
  }
  forget.get_option("--timeout")
      ->description("how long the broker may take to tell who is there (default 10)");
  forget.footer(forget_examples);
}

void add_node(CommandTree& tree)
{
  auto& app = tree.app;
  auto& fleet = tree.fleet;
  auto& chosen = tree.chosen;
  auto* node = app.add_subcommand("node", "Bring nodes into the fleet and out of it");
  node->require_subcommand(1);
  auto* forget = node->add_subcommand("forget", "Clear the presence of nodes that will not come back");
  const auto names = std::make_shared<std::vector<std::string>>();
  const auto force = std::make_shared<bool>(false);
  add_common(*forget, fleet);
  offer_what_forget_takes(*forget);
  forget->add_option("name", *names, "the nodes")->type_name("");
  forget->add_flag("--force", *force, "also nodes that are up");
  const auto check = std::make_shared<std::string>();
  const auto collector = std::make_shared<CollectorArguments>();
  forget->add_option("--check", *check, "not the nodes, but this check of theirs, until a new result comes")
      ->type_name("CHECK");
  forget->add_option("--collector", collector->collector, "with --check: which one, if there are several")
      ->type_name("NAME");
  forget->callback([&fleet, &chosen, names, force, check, collector] {
    chosen = [&fleet, names, force, check, collector] {
      return check->empty() ? run_forget(fleet, *names, *force)
                            : run_forget_check(fleet, *collector, *names, *check);
    };
  });
  auto* add = node->add_subcommand("add", "Make the certificate and the configuration of a new node");
  const auto options = std::make_shared<NodeAddOptions>();
  add->add_option("name", options->name, "the node's name, as in its certificate")->type_name("")->required();
  add->add_option("--ca-dir,--dir", options->ca_dir, "the folder of `mco ca init`")->type_name("DIR");
  add->add_option("--out", options->out, "where to write the node's files")->type_name("DIR");
  add->add_option("--ssh", options->ssh, "install them on this host through ssh")->type_name("HOST");
  add->add_flag("-j,--json", options->json, "one JSON object instead of text");
  add->footer(add_examples);
  add->callback([&chosen, options] {
    chosen = [options] { return node_add(*options, client::process_environment(), std::cout, std::cerr); };
  });
  node->footer(node_examples);
}

void add_ca(CommandTree& tree)
{
  auto& app = tree.app;
  auto& chosen = tree.chosen;
  auto* ca = app.add_subcommand("ca", "The fleet's certificate authority");
  ca->require_subcommand(1);
  auto* init = ca->add_subcommand(
      "init", "Make a certificate authority, and the broker's certificate and configuration");
  const auto options = std::make_shared<CaInitOptions>();
  init->add_option("--dir", options->dir, "the folder to make")->type_name("DIR");
  init->add_option("--broker", options->brokers, "host names and addresses of the broker")->type_name("HOST");
  init->add_option("--port", options->port, "the broker's port (default 8883)")->type_name("PORT");
  init->add_option("--listen", options->listen_address, "the address that it listens on (default all)")
      ->type_name("ADDRESS");
  init->add_option("--operator", options->operators, "callers that get rights at the broker at once")
      ->type_name("NAME");
  init->add_flag("-j,--json", options->json, "one JSON object instead of text");
  init->footer(init_examples);
  init->callback([&chosen, options] {
    chosen = [options] { return ca_init(*options, client::process_environment(), std::cout, std::cerr); };
  });
  ca->footer(ca_examples);
}

void add_key(CommandTree& tree)
{
  auto& app = tree.app;
  auto& chosen = tree.chosen;
  auto* key = app.add_subcommand("key", "The key that signs your requests");
  key->require_subcommand(1);
  auto* generate =
      key->add_subcommand("generate", "Make a key, and with an authority at hand the certificate too");
  const auto options = std::make_shared<KeyGenerateOptions>();
  const auto no_forget = std::make_shared<bool>(false);
  generate->add_option("name", options->name, "the caller (default USER@HOST)")->type_name("");
  generate->add_option("--dir", options->dir, "the folder of the configuration (default ~/.config/muster)")
      ->type_name("DIR");
  generate->add_option("--ca-dir", options->ca_dir, "the folder of `mco ca init`")->type_name("DIR");
  generate->add_flag("--no-forget", *no_forget, "without the right to `mco node forget`");
  generate->add_flag(
      "--results", options->results, "with the right to read every check result: for a collector");
  generate->add_flag("-j,--json", options->json, "one JSON object instead of text");
  generate->footer(generate_examples);
  generate->callback([&chosen, options, no_forget] {
    options->may_forget = !*no_forget;
    chosen = [options] {
      return key_generate(*options, client::process_environment(), std::cout, std::cerr);
    };
  });
  key->footer(key_examples);
}

}  // namespace

void add_setup_commands(CommandTree& tree)
{
  add_node(tree);
  add_ca(tree);
  add_key(tree);
}

}  // namespace muster::cli
