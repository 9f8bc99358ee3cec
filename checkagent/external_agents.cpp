// SPDX-License-Identifier: Apache-2.0
#include "checkagent/external_agents.hpp"

#include <algorithm>
#include <array>
#include <exception>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>
#include <utility>

#include <boost/asio/co_spawn.hpp>

#include "checkagent/builtin_ddls.hpp"
#include "libmuster/runtime/log.hpp"
#include "libmuster/runtime/text_file.hpp"

namespace muster::checkagent {
namespace asio = boost::asio;
namespace fs = std::filesystem;
namespace log = runtime::log;

namespace {

constexpr std::string_view ddl_suffix = ".json";
constexpr std::size_t most_agents = 64;   // presence names them all
constexpr std::size_t most_files = 1024;  // that are looked at, every two seconds
constexpr std::size_t most_sentences = 4;
constexpr std::chrono::milliseconds more_than_the_ddl_says{1500};  // as Choria gives it

// What Choria keeps for itself.
constexpr std::array<std::string_view, 7> reserved{
    "choria_provision", "choria_registry", "choria_util", "compound", "discovery", "registration", "scout"};

std::string why_unsafe(const AgentFile& file, uid_t account)
{
  if (!file.regular) {
    return "is no regular file";
  }
  if (file.owner != 0 && file.owner != account) {
    return "belongs to neither root nor checkagent's account; chown it";
  }
  return (file.mode & (S_IWGRP | S_IWOTH)) == 0 ? "" : "may be written by others; chmod go-w it";
}

// Empty if NAME.json and the program NAME make an agent.
std::string why_no_agent(
    const std::string& name, const AgentFile& ddl, const std::vector<AgentFile>& files, uid_t account)
{
  if (is_reserved_agent(name)) {
    return "agent " + name + " is refused: the name is that of a built-in agent; choose another";
  }
  if (!ddl::is_name(name)) {
    return "an agent is refused: the name of its DDL is none, expected letters, digits, _ and -";
  }
  const auto program =
      std::find_if(files.begin(), files.end(), [&name](const AgentFile& file) { return file.name == name; });
  if (program == files.end()) {
    return "agent " + name + " is refused: there is a DDL, but no program " + name + " beside it";
  }
  for (const auto* file : {&ddl, &*program}) {
    if (const auto why = why_unsafe(*file, account); !why.empty()) {
      return std::string{"agent "}.append(name).append(" is refused: ").append(file->name + " " + why);
    }
  }
  return (program->mode & (S_IXUSR | S_IXGRP | S_IXOTH)) != 0
             ? ""
             : "agent " + name + " is refused: its program is not executable; chmod +x it";
}

AgentFile look_at(const fs::path& path)
{
  struct stat status {};

  if (::stat(path.c_str(), &status) != 0) {
    return {path.filename().string(), false, 0, 0};
  }
  return {path.filename().string(), S_ISREG(status.st_mode), status.st_uid, status.st_mode};
}

std::vector<AgentFile> files_in(const fs::path& folder)
{
  std::vector<AgentFile> files;
  std::error_code failed;
  for (const auto& entry : fs::directory_iterator{folder, failed}) {
    if (files.size() < most_files && !entry.path().filename().string().starts_with('.')) {
      files.push_back(look_at(entry.path()));
    }
  }
  std::sort(files.begin(), files.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
  return files;
}

// Who can write to the folder can put an agent there.
AgentChoice choice_in(const fs::path& folder, uid_t account)
{
  std::error_code failed;
  if (!fs::exists(folder, failed)) {
    return {};
  }
  auto itself = look_at(folder);
  itself.regular = true;
  if (const auto why = why_unsafe(itself, account); !why.empty()) {
    return {{}, {"no external agents: " + folder.string() + " " + why}};
  }
  return choose_agents(files_in(folder), account);
}

}  // namespace

bool is_reserved_agent(std::string_view name)
{
  return !builtin_ddl_text(name).empty() ||
         std::find(reserved.begin(), reserved.end(), name) != reserved.end();
}

AgentChoice choose_agents(const std::vector<AgentFile>& files, uid_t account)
{
  AgentChoice choice;
  for (const auto& file : files) {
    if (!file.name.ends_with(ddl_suffix)) {
      continue;
    }
    const auto name = file.name.substr(0, file.name.size() - ddl_suffix.size());
    if (auto why = why_no_agent(name, file, files, account); !why.empty()) {
      choice.faults.push_back(std::move(why));
    } else if (choice.names.size() == most_agents) {
      choice.faults.push_back("agent " + name + " is refused: a node has at most 64 external agents");
    } else {
      choice.names.push_back(name);
    }
  }
  return choice;
}

ExternalAgents::ExternalAgents(
    asio::any_io_executor executor,
    ExternalOptions options,
    node::Agents& agents,
    std::function<const Facts&()> facts,
    std::function<void()> changed)
    : executor_{std::move(executor)},
      options_{std::move(options)},
      agents_{agents},
      facts_{std::move(facts)},
      changed_{std::move(changed)}
{
  std::error_code ignored;  // what cannot be made is told by the first call
  fs::remove_all(options_.calls, ignored);
  ::mkdir(options_.calls.c_str(), S_IRWXU);
}

void ExternalAgents::look()
{
  const auto before = health();
  auto choice = choice_in(options_.folder, ::geteuid());
  faults_ = std::move(choice.faults);
  forget_all_but(choice.names);
  for (const auto& name : choice.names) {
    consider(name);
  }
  if (health() != before) {
    changed_();
  }
}

void ExternalAgents::reload()
{
  for (auto& [name, known] : known_) {
    known.ddl = {};
  }
  look();
}

std::vector<std::string> ExternalAgents::health() const
{
  std::vector<std::string> sentences = faults_;
  for (const auto& [name, known] : known_) {
    if (!known.fault.empty()) {
      sentences.push_back(known.fault);
    }
  }
  if (sentences.size() > most_sentences) {
    const auto left_out = sentences.size() - most_sentences + 1;
    sentences.resize(most_sentences - 1);
    sentences.push_back("agents: " + std::to_string(left_out) + " more faults like these");
  }
  return sentences;
}

void ExternalAgents::forget_all_but(const std::vector<std::string>& names)
{
  for (auto known = known_.begin(); known != known_.end();) {
    if (std::find(names.begin(), names.end(), known->first) == names.end()) {
      withdraw(known->first, known->second);
      known = known_.erase(known);
    } else {
      ++known;
    }
  }
}

void ExternalAgents::consider(const std::string& name)
{
  auto& known = known_[name];
  const auto ddl = runtime::stamp_of((options_.folder / (name + std::string{ddl_suffix})).string());
  const auto program = runtime::stamp_of((options_.folder / name).string());
  if (known.ddl != ddl || known.program != program) {
    known.ddl = ddl;  // taken before the files are read: a change while they are read is seen next time
    known.program = program;
    load(name, known);
  }
}

void ExternalAgents::load(const std::string& name, Known& known)
{
  const auto path = options_.folder / (name + std::string{ddl_suffix});
  const auto text = runtime::read_text_file(path, ddl::largest_ddl);
  auto document = text ? ddl::read_document(*text) : tl::make_unexpected(text.error());
  if (!document) {
    blame(name, known, path.string() + ": " + document.error().message);
  } else if (document->agent.metadata.name != name) {
    blame(name, known, path.string() + ": metadata.name: expected " + name + ", the name of the file");
  } else {
    start_activation(name, std::move(*document));
  }
}

void ExternalAgents::start_activation(const std::string& name, ddl::Document document)
{
  const auto stamps = std::pair{known_[name].ddl, known_[name].program};
  auto asked = activate(program_of(name, document));
  asio::co_spawn(
      executor_,
      std::move(asked),
      [this, name, stamps, document = std::move(document)](
          const std::exception_ptr& broken, const Expected<bool>& wanted) mutable {
        const auto known = known_.find(name);
        // Gone or changed meanwhile: then another activation is on its way.
        if (!broken && known != known_.end() &&
            std::pair{known->second.ddl, known->second.program} == stamps) {
          activated(name, std::move(document), wanted);
        }
      });
}

void ExternalAgents::activated(const std::string& name, ddl::Document document, const Expected<bool>& wanted)
{
  auto& known = known_[name];
  if (!wanted) {
    blame(name, known, "it did not say whether it wants to run here: " + wanted.error().message);
    if (wanted.error().code == ErrorCode::io_failure) {
      known.ddl = {};  // a program that is still being written cannot be started: look again
    }
  } else if (*wanted) {
    serve(name, std::move(document));
  } else {
    log::info("agent " + name + " does not want to run here");
    known.fault.clear();
    withdraw(name, known);
  }
  changed_();
}

void ExternalAgents::serve(const std::string& name, ddl::Document document)
{
  const auto program = program_of(name, document);
  std::map<std::string, node::Agents::Action> actions;
  for (const auto& action : document.agent.actions) {
    actions[action.name] = [program](node::ActionCall call) {
      return call_external(program, std::move(call));
    };
  }
  log::info("agent " + name + " " + document.agent.metadata.version + " from " + options_.folder.string());
  agents_.add(std::move(document), std::move(actions));
  auto& known = known_[name];
  known.serving = true;
  known.fault.clear();
}

void ExternalAgents::withdraw(const std::string& name, Known& known)
{
  if (known.serving) {
    log::info("agent " + name + " is gone");
    agents_.remove(name);
    known.serving = false;
    changed_();
  }
}

void ExternalAgents::blame(const std::string& name, Known& known, const std::string& what)
{
  const auto fault =
      "agent " + name + ": " + what + (known.serving ? "; its last good version stays" : "; it is not there");
  if (fault != known.fault) {
    log::warning(fault);
  }
  known.fault = fault;
}

std::shared_ptr<const ExternalProgram> ExternalAgents::program_of(
    const std::string& name, const ddl::Document& document)
{
  return std::make_shared<const ExternalProgram>(ExternalProgram{
      name,
      options_.folder / name,
      options_.configs / (name + ".cfg"),
      options_.calls,
      document.agent.metadata.timeout + more_than_the_ddl_says,
      facts_,
      known_[name].calls_running});
}

}  // namespace muster::checkagent
