// SPDX-License-Identifier: Apache-2.0
#include "checkagent/actions/rpm_query.hpp"

#include "checkagent/actions/tool_text.hpp"

namespace muster::checkagent::actions {

namespace {

// No name and no version has it, and it does not end what a plugin prints, as | does.
constexpr char separator = ';';
constexpr std::size_t number_of_fields = 5;

}  // namespace

Words rpm_query(const std::string& rpm, const std::string& package)
{
  return {
      rpm, "--query", "--queryformat=%{NAME};%{EPOCHNUM};%{VERSION};%{RELEASE};%{ARCH}\\n", "--", package};
}

PackageState read_rpm_query(std::string_view output, const std::string& package)
{
  PackageState state;
  state.name = package;
  state.ensure = "absent";
  for (const auto line : lines_of(output)) {
    const auto fields = fields_of(line, separator);
    if (fields.size() != number_of_fields) {  // "package X is not installed"
      continue;
    }
    state.installed = true;
    state.name = fields[0];
    state.epoch = fields[1];
    state.version = fields[2];
    state.release = fields[3];
    state.arch = fields[4];
    state.ensure = (state.epoch == "0" ? "" : state.epoch + ":") + state.version + "-" + state.release;
  }
  return state;
}

}  // namespace muster::checkagent::actions
