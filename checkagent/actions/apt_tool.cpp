// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <utility>

#include "checkagent/actions/package_tool.hpp"
#include "checkagent/actions/tool_text.hpp"

namespace muster::checkagent::actions {

namespace {

// dpkg's status is three letters: what is wanted, what is, and whether it is broken.
constexpr std::size_t status_letter = 1;

// "2:1.4.0-3+b1" → epoch, version, release.
void split_version(PackageState& state)
{
  std::string_view rest = state.ensure;
  const auto colon = rest.find(':');
  state.epoch = colon == std::string_view::npos ? "0" : std::string{rest.substr(0, colon)};
  rest.remove_prefix(colon == std::string_view::npos ? 0 : colon + 1);
  const auto dash = rest.rfind('-');
  state.version = std::string{rest.substr(0, dash)};
  state.release = dash == std::string_view::npos ? std::string{} : std::string{rest.substr(dash + 1)};
}

PackageState absent(const std::string& package)
{
  PackageState state;
  state.name = package;
  state.ensure = "absent";
  return state;
}

// "Inst NAME [OLD] (NEW REPO [ARCH])"; what would be installed newly has no [OLD].
std::optional<OutdatedPackage> outdated_in(std::string_view line)
{
  constexpr std::string_view mark = "Inst ";
  const auto open = line.find('(');
  const auto close = line.rfind(')');
  if (line.substr(0, mark.size()) != mark || open == std::string_view::npos || close < open ||
      close == std::string_view::npos || line.substr(0, open).find('[') == std::string_view::npos) {
    return std::nullopt;
  }
  const auto name = fields_of(line.substr(mark.size()), ' ').front();
  const auto inside = line.substr(open + 1, close - open - 1);
  const auto blank = inside.find(' ');
  auto repo = blank == std::string_view::npos ? std::string_view{} : inside.substr(blank + 1);
  repo = without_blanks(repo.substr(0, repo.rfind('[')));
  return OutdatedPackage{std::string{name}, std::string{inside.substr(0, blank)}, std::string{repo}};
}

// apt-get and dpkg of Debian and Ubuntu. Formats: apt-get(8), apt-cache(8), dpkg-query(1).
class AptTool : public PackageTool {
public:
  explicit AptTool(const ToolPaths& tools)
      : apt_get_{tools.apt_get.string()},
        apt_cache_{tools.apt_cache.string()},
        dpkg_query_{tools.dpkg_query.string()}
  {}

  [[nodiscard]] std::string_view provider() const override { return "apt"; }

  [[nodiscard]] Words query(const std::string& package) const override
  {
    return {
        dpkg_query_,
        "--show",
        "--showformat=${db:Status-Abbrev}|${Package}|${Version}|${Architecture}\\n",
        "--",
        package};
  }

  [[nodiscard]] Expected<PackageState> read_query(
      const ProgramRun& run, const std::string& package) const override;

  [[nodiscard]] Words list_installed() const override
  {
    return {dpkg_query_, "--show", "--showformat=${db:Status-Abbrev}|${binary:Package}|${Version}\\n"};
  }

  [[nodiscard]] std::vector<std::string> read_installed(std::string_view output) const override
  {
    std::vector<std::string> packages;
    for (const auto line : lines_of(output)) {
      if (line.size() > status_letter && line[status_letter] == 'i') {
        packages.emplace_back(line.substr(line.find('|') + 1));
      }
    }
    return packages;
  }

  [[nodiscard]] Words newest(const std::string& package) const override
  {
    return {apt_cache_, "policy", "--", package};
  }

  [[nodiscard]] Expected<std::string> read_newest(const ProgramRun& run) const override;

  // Simulated, so that it waits for no lock.
  [[nodiscard]] Words updates() const override { return {apt_get_, "-q", "--simulate", "dist-upgrade"}; }

  [[nodiscard]] Expected<std::vector<OutdatedPackage>> read_updates(const ProgramRun& run) const override;

  [[nodiscard]] Words refresh() const override { return {apt_get_, "-q", "update"}; }

  [[nodiscard]] Words download(const PackageChange& change, std::chrono::seconds lock_wait) const override
  {
    auto words = make(change, lock_wait);
    words.insert(words.begin() + 1, "--download-only");
    return words;
  }

  [[nodiscard]] Words make(const PackageChange& change, std::chrono::seconds lock_wait) const override;

  [[nodiscard]] bool is_version(const PackageState& state, std::string_view version) const override
  {
    return state.ensure == version;
  }

  [[nodiscard]] std::string why_failed(const ProgramRun& run) const override;

private:
  std::string apt_get_;
  std::string apt_cache_;
  std::string dpkg_query_;
};

Expected<PackageState> AptTool::read_query(const ProgramRun& run, const std::string& package) const
{
  if (run.end != ProgramRun::End::exited || run.number > 1) {
    return failure(ErrorCode::io_failure, "dpkg-query: " + why_it_failed(run));
  }
  PackageState state = absent(package);
  for (const auto line : lines_of(run.output)) {  // one for each architecture that has it
    const auto fields = fields_of(line, '|');
    constexpr std::size_t number_of_fields = 4;
    if (fields.size() != number_of_fields || fields[0].size() <= status_letter || state.installed) {
      continue;
    }
    const char status = fields[0][status_letter];
    state.installed = status != 'n' && status != 'c';
    state.configuration_left = status == 'c';
    if (state.installed) {
      state.name = fields[1];
      state.ensure = fields[2];
      state.arch = fields[3];
      split_version(state);
    }
  }
  return state;
}

Expected<std::string> AptTool::read_newest(const ProgramRun& run) const
{
  if (!run.succeeded()) {
    return failure(ErrorCode::io_failure, "apt-cache policy: " + why_it_failed(run, {"E: "}));
  }
  constexpr std::string_view mark = "Candidate: ";
  for (const auto line : lines_of(run.output)) {
    const auto text = without_blanks(line);
    if (text.substr(0, mark.size()) == mark) {
      const auto version = text.substr(mark.size());
      return std::string{version == "(none)" ? std::string_view{} : version};
    }
  }
  return std::string{};
}

Expected<std::vector<OutdatedPackage>> AptTool::read_updates(const ProgramRun& run) const
{
  if (!run.succeeded()) {
    return failure(ErrorCode::io_failure, "apt-get --simulate dist-upgrade: " + why_failed(run));
  }
  std::vector<OutdatedPackage> outdated;
  for (const auto line : lines_of(run.output)) {
    if (auto package = outdated_in(line)) {
      outdated.push_back(*std::move(package));
    }
  }
  return outdated;
}

Words AptTool::make(const PackageChange& change, std::chrono::seconds lock_wait) const
{
  Words words{
      apt_get_,
      "-q",
      "--yes",
      "-oDPkg::Lock::Timeout=" + std::to_string(lock_wait.count()),
      "-oDpkg::Use-Pty=0",
      "-oDpkg::Options::=--force-confdef",
      "-oDpkg::Options::=--force-confold"};
  const bool removes =
      change.kind == PackageChange::Kind::uninstall || change.kind == PackageChange::Kind::purge;
  if (removes) {
    words.emplace_back(change.kind == PackageChange::Kind::purge ? "purge" : "remove");
  } else {
    words.emplace_back("--no-remove");  // nobody asked for another package to go
    if (!change.version.empty()) {
      words.emplace_back("--allow-downgrades");
    }
    if (change.kind == PackageChange::Kind::update) {
      words.emplace_back("--only-upgrade");
    }
    words.emplace_back("install");
  }
  words.emplace_back("--");
  words.push_back(change.version.empty() || removes ? change.package : change.package + "=" + change.version);
  return words;
}

std::string AptTool::why_failed(const ProgramRun& run) const
{
  auto why = why_it_failed(
      run, {"E: Unable to acquire", "E: Could not get lock", "E: Version", "E: ", "dpkg: error"});
  const auto said = run.output + run.errors;
  const auto holder = said.find("It is held by process");
  if (holder != std::string::npos && why.find(" lock") != std::string::npos) {
    why += " " + said.substr(holder, said.find(')', holder) + 1 - holder);
  }
  return why;
}

}  // namespace

std::unique_ptr<PackageTool> make_apt_tool(const ToolPaths& tools)
{
  return std::make_unique<AptTool>(tools);
}

}  // namespace muster::checkagent::actions
