// SPDX-License-Identifier: Apache-2.0
#include "checkagent/privileged/privileged_settings.hpp"

#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

#include "libmuster/runtime/settings_reader.hpp"
#include "libmuster/runtime/text_file.hpp"
#include "libmuster/runtime/yaml_reader.hpp"

namespace muster::checkagent {

namespace {

using runtime::SettingsReader;

constexpr std::size_t max_file_bytes = std::size_t{64} << 10U;
constexpr std::size_t max_allowed = 64;  // more actions there are not
constexpr std::size_t lookup_buffer_bytes = std::size_t{16} << 10U;

void read_tools(SettingsReader reader, const std::filesystem::path& folder, actions::ToolPaths& tools)
{
  for (const auto& [key, target] :
       {std::pair{"apt_get", &tools.apt_get},
        std::pair{"apt_cache", &tools.apt_cache},
        std::pair{"dpkg_query", &tools.dpkg_query},
        std::pair{"dnf", &tools.dnf},
        std::pair{"rpm", &tools.rpm},
        std::pair{"systemctl", &tools.systemctl},
        std::pair{"puppet", &tools.puppet}}) {
    reader.read_path(key, folder, *target);
  }
  reader.refuse_unknown_keys();
}

void read_package(SettingsReader& reader, actions::PackageActions::Options& package)
{
  if (reader.read_word("package_provider", package.provider) && package.provider != "auto" &&
      package.provider != "apt" && package.provider != "dnf") {
    reader.refuse("package_provider", "expected auto, apt or dnf");
  }
  reader.read_word("own_package", package.own_package);
}

void read_puppet(
    SettingsReader reader, const std::filesystem::path& folder, actions::PuppetActions::Options& puppet)
{
  for (const auto& [key, target] :
       {std::pair{"state_dir", &puppet.state_folders},
        std::pair{"last_run_summary", &puppet.summaries},
        std::pair{"pid_file", &puppet.daemon_pids}}) {
    std::filesystem::path path;
    if (reader.read_path(key, folder, path)) {
      *target = {path};
    }
  }
  reader.refuse_unknown_keys();
}

// Root runs what this file names.
Expected<void> check_owner(const std::filesystem::path& file)
{
  struct stat status {};

  if (::geteuid() != 0 || ::stat(file.c_str(), &status) != 0) {
    return {};
  }
  if (status.st_uid != 0 || (status.st_mode & (S_IWGRP | S_IWOTH)) != 0) {
    return failure(
        ErrorCode::denied,
        file.string() +
            ": it names programs that root runs, so it must be root's and nobody else's to write: "
            "chown root, chmod 0644");
  }
  return {};
}

}  // namespace

ExpectedOrErrors<PrivilegedSettings> parse_privileged_settings(
    const std::string& file, std::string_view text, actions::ToolPaths installed)
{
  const auto document = runtime::read_yaml(file, text);
  if (!document) {
    return tl::make_unexpected(std::vector{document.error()});
  }
  runtime::Complaints complaints{file};
  SettingsReader reader{complaints, document->root};
  const auto folder = std::filesystem::path{file}.parent_path();
  PrivilegedSettings settings;
  auto tools = std::move(installed);
  reader.read_word("user", settings.user);
  const runtime::Range<std::chrono::milliseconds> range{
      std::chrono::milliseconds{0}, std::chrono::minutes{10}};
  reader.read_duration("delay_of_own_change", range, settings.delay_of_own_change);
  reader.read_words("allow", max_allowed, settings.actions.allow);
  read_tools(reader.read_map("tools"), folder, tools);
  read_package(reader, settings.actions.package);
  settings.actions.package.tools = tools;
  reader.read_word("own_service", settings.actions.service.own_service);
  settings.actions.service.systemctl = tools.systemctl;
  read_puppet(reader.read_map("puppet"), folder, settings.actions.puppet);
  settings.actions.puppet.puppet = tools.puppet;
  std::filesystem::path state_dir;
  if (reader.read_path("state_dir", folder, state_dir)) {
    settings.actions.package.notes = state_dir / "package.json";
    settings.actions.puppet.notes = state_dir / "puppet.json";
  }
  reader.refuse_unknown_keys();
  if (!complaints.empty()) {
    return tl::make_unexpected(complaints.in_order());
  }
  return settings;
}

ExpectedOrErrors<PrivilegedSettings> read_privileged_settings(const std::filesystem::path& file)
{
  if (const auto safe = check_owner(file); !safe) {
    return tl::make_unexpected(std::vector{safe.error()});
  }
  auto text = runtime::read_text_file(file, max_file_bytes);
  if (!text && text.error().code != ErrorCode::not_found) {
    return tl::make_unexpected(std::vector{text.error()});
  }
  return parse_privileged_settings(file.string(), text ? *text : "", actions::installed_tools());
}

Expected<uid_t> user_number(const std::string& name)
{
  std::vector<char> buffer(lookup_buffer_bytes);
  passwd entry{};
  passwd* found = nullptr;
  ::getpwnam_r(name.c_str(), &entry, buffer.data(), buffer.size(), &found);
  if (found == nullptr) {
    return failure(ErrorCode::not_found, "user \"" + name + "\" is unknown on this machine");
  }
  return found->pw_uid;
}

}  // namespace muster::checkagent
