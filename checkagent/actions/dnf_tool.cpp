// SPDX-License-Identifier: Apache-2.0
#include "checkagent/actions/package_tool.hpp"
#include "checkagent/actions/rpm_query.hpp"
#include "checkagent/actions/tool_text.hpp"

namespace muster::checkagent::actions {

namespace {

// dnf 4 and rpm of Fedora, RHEL and their kin. Formats: dnf(8), rpm(8).
class DnfTool : public PackageTool {
public:
  explicit DnfTool(const ToolPaths& tools) : dnf_{tools.dnf.string()}, rpm_{tools.rpm.string()} {}

  [[nodiscard]] std::string_view provider() const override { return "dnf"; }

  [[nodiscard]] Words query(const std::string& package) const override { return rpm_query(rpm_, package); }

  [[nodiscard]] Expected<PackageState> read_query(
      const ProgramRun& run, const std::string& package) const override;

  [[nodiscard]] Words list_installed() const override
  {
    return {rpm_, "--query", "--all", "--queryformat=%{NAME}|%{EVR}.%{ARCH}\\n"};
  }

  [[nodiscard]] std::vector<std::string> read_installed(std::string_view output) const override
  {
    const auto lines = lines_of(output);
    return {lines.begin(), lines.end()};
  }

  [[nodiscard]] Words newest(const std::string& package) const override
  {
    return {dnf_, "--quiet", "repoquery", "--latest-limit=1", "--qf", "%{evr}", "--", package};
  }

  [[nodiscard]] Expected<std::string> read_newest(const ProgramRun& run) const override;

  [[nodiscard]] Words updates() const override
  {
    return {
        dnf_, "--quiet", "repoquery", "--upgrades", "--latest-limit=1", "--qf", "%{name}|%{evr}|%{repoid}"};
  }

  [[nodiscard]] Expected<std::vector<OutdatedPackage>> read_updates(const ProgramRun& run) const override;

  [[nodiscard]] Words refresh() const override { return {dnf_, "--quiet", "--refresh", "makecache"}; }

  // dnf waits for its lock as long as it lives; this one is killed at the deadline.
  [[nodiscard]] Words download(const PackageChange& change, std::chrono::seconds /*lock_wait*/) const override
  {
    if (change.kind == PackageChange::Kind::uninstall || change.kind == PackageChange::Kind::purge) {
      return {};
    }
    auto words = words_for(change);
    words.insert(words.begin() + 1, "--downloadonly");
    return words;
  }

  // This one is not, so it must not wait for ever.
  [[nodiscard]] Words make(const PackageChange& change, std::chrono::seconds /*lock_wait*/) const override
  {
    auto words = words_for(change);
    words.insert(words.begin() + 1, "--setopt=exit_on_lock=True");
    return words;
  }

  [[nodiscard]] bool is_version(const PackageState& state, std::string_view version) const override
  {
    const auto with_release = state.version + "-" + state.release;
    return version == state.ensure || version == state.version || version == with_release ||
           version == state.epoch + ":" + with_release;
  }

  [[nodiscard]] std::string why_failed(const ProgramRun& run) const override
  {
    if (run.end == ProgramRun::End::timed_out &&
        (run.output + run.errors).find("Waiting for process") != std::string::npos) {
      return "another dnf holds the lock and did not end in time";
    }
    return why_it_failed(run, {"Error: ", " Problem", "No match for argument"});
  }

private:
  // dnf's "install" of a version goes down as well as up. dnf knows no difference between removing and
  // purging.
  [[nodiscard]] Words words_for(const PackageChange& change) const
  {
    Words words{dnf_, "--assumeyes"};
    switch (change.kind) {
    case PackageChange::Kind::uninstall:
    case PackageChange::Kind::purge:
      words.insert(words.end(), {"--noautoremove", "remove", "--", change.package});
      break;
    case PackageChange::Kind::update:
      if (change.version.empty()) {
        words.insert(words.end(), {"upgrade", "--", change.package});
        break;
      }
      [[fallthrough]];
    case PackageChange::Kind::install:
      words.insert(
          words.end(),
          {"install", "--", change.version.empty() ? change.package : change.package + "-" + change.version});
      break;
    }
    return words;
  }

  std::string dnf_;
  std::string rpm_;
};

Expected<PackageState> DnfTool::read_query(const ProgramRun& run, const std::string& package) const
{
  if (run.end != ProgramRun::End::exited) {
    return failure(ErrorCode::io_failure, "rpm --query: " + why_it_failed(run));
  }
  return read_rpm_query(run.output, package);
}

Expected<std::string> DnfTool::read_newest(const ProgramRun& run) const
{
  if (!run.succeeded()) {
    return failure(ErrorCode::io_failure, "dnf repoquery: " + why_failed(run));
  }
  const auto lines = lines_of(run.output);
  return lines.empty() ? std::string{} : std::string{without_blanks(lines.back())};
}

Expected<std::vector<OutdatedPackage>> DnfTool::read_updates(const ProgramRun& run) const
{
  if (!run.succeeded()) {
    return failure(ErrorCode::io_failure, "dnf repoquery --upgrades: " + why_failed(run));
  }
  std::vector<OutdatedPackage> outdated;
  for (const auto line : lines_of(run.output)) {
    const auto fields = fields_of(line, '|');
    constexpr std::size_t number_of_fields = 3;
    if (fields.size() == number_of_fields) {
      outdated.push_back({std::string{fields[0]}, std::string{fields[1]}, std::string{fields[2]}});
    }
  }
  return outdated;
}

}  // namespace

std::unique_ptr<PackageTool> make_dnf_tool(const ToolPaths& tools)
{
  return std::make_unique<DnfTool>(tools);
}

}  // namespace muster::checkagent::actions
