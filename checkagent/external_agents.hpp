// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <sys/types.h>
#include <vector>

#include <boost/asio/any_io_executor.hpp>

#include "checkagent/external_call.hpp"
#include "libmuster/error.hpp"
#include "libmuster/node/agents.hpp"
#include "libmuster/runtime/file_stamp.hpp"

namespace muster::checkagent {

struct ExternalOptions {
  std::filesystem::path folder;   // NAME.json beside the program NAME
  std::filesystem::path configs;  // NAME.cfg is named to agent NAME
  std::filesystem::path calls;    // private to this process: whatever is in it is removed
};

// A file of the agents' folder, as it was seen.
struct AgentFile {
  std::string name;
  bool regular = false;
  uid_t owner = 0;
  mode_t mode = 0;
};

// Which of them are agents, and a sentence for each that wants to be one and may not.
struct AgentChoice {
  std::vector<std::string> names;
  std::vector<std::string> faults;
};

// Who can write to an agent's files could do whatever checkagent may: they belong to root or to `account`,
// checkagent's own, and nobody else may write to them.
AgentChoice choose_agents(const std::vector<AgentFile>& files, uid_t account);

// The names that no external agent may take: those of the built-in agents, and those that Choria keeps for
// itself.
bool is_reserved_agent(std::string_view name);

// The external agents of this node as their folder has them now. Owned by the daemon, after the agents and
// the node that it changes; one thread.
class ExternalAgents {
public:
  // `changed` is called when agents have come or gone, or the health is another.
  ExternalAgents(
      boost::asio::any_io_executor executor,
      ExternalOptions options,
      node::Agents& agents,
      std::function<const Facts&()> facts,
      std::function<void()> changed);

  // Loads what is new, replaces what is different, removes what is gone. An agent appears once it has said
  // that it wants to run here; until then, and when its new version is broken, its last good one stays.
  void look();

  // As look(), and asks every agent again whether it wants to run here.
  void reload();

  [[nodiscard]] std::vector<std::string> health() const;

private:
  struct Known {
    runtime::FileStamp ddl;
    runtime::FileStamp program;
    std::string fault;
    bool serving = false;
    std::shared_ptr<std::size_t> calls_running = std::make_shared<std::size_t>(0);
  };

  void forget_all_but(const std::vector<std::string>& names);
  void consider(const std::string& name);
  void load(const std::string& name, Known& known);
  void start_activation(const std::string& name, ddl::Document document);
  void activated(const std::string& name, ddl::Document document, const Expected<bool>& wanted);
  void serve(const std::string& name, ddl::Document document);
  void withdraw(const std::string& name, Known& known);
  void blame(const std::string& name, Known& known, const std::string& what);
  std::shared_ptr<const ExternalProgram> program_of(const std::string& name, const ddl::Document& document);

  boost::asio::any_io_executor executor_;
  ExternalOptions options_;
  node::Agents& agents_;
  std::function<const Facts&()> facts_;
  std::function<void()> changed_;
  std::map<std::string, Known> known_;
  std::vector<std::string> faults_;  // of files that are no agents
};

}  // namespace muster::checkagent
