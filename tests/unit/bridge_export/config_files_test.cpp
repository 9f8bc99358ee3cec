// SPDX-License-Identifier: Apache-2.0
// What a monitor reads in the files of an export, whatever the nodes called their facts, classes and checks.
#include <algorithm>
#include <random>
#include <sstream>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "libmuster/model/utf8.hpp"
#include "nagios-bridge/export/config_writer.hpp"

namespace muster::bridge {

namespace {

using namespace std::chrono_literals;
using testing::AllOf;
using testing::Each;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using testing::SizeIs;

ExportedNode web1()
{
  return {"web1.example.net", {{"country", "uk"}, {"", "web_server"}}, {"check_disk", "check_load"}};
}

Definitions defined(const std::vector<ExportedNode>& nodes, Monitor monitor, MappingRules rules = {})
{
  return define(nodes, Mapping{monitor, std::move(rules)}, {}, {});
}

// One `define KIND { key value … }` as Nagios reads it.
struct Read {
  std::string kind;
  std::vector<std::pair<std::string, std::string>> values;

  [[nodiscard]] std::string at(const std::string& key) const
  {
    const auto found =
        std::find_if(values.begin(), values.end(), [&key](const auto& value) { return value.first == key; });
    return found == values.end() ? "" : found->second;
  }
};

std::string stripped(const std::string& text)
{
  const auto first = text.find_first_not_of(" \t\r");
  return first == std::string::npos ? "" : text.substr(first, text.find_last_not_of(" \t\r") - first + 1);
}

// As xodtemplate.c does: a backslash at the end of a line joins it with the next, `;` begins a comment, lines
// that begin with `#` are none, a line with `}` alone ends a definition.
std::vector<Read> read_by_nagios(const std::string& text)
{
  std::vector<Read> found;
  std::istringstream lines{text};
  for (std::string line; std::getline(lines, line);) {
    for (std::string next; line.ends_with('\\') && std::getline(lines, next);) {
      line = line.substr(0, line.size() - 1) + next;
    }
    line = stripped(line.substr(0, line.find(';')));
    if (line.empty() || line.front() == '#' || line == "}") {
      continue;
    }
    const auto blank = line.find_first_of(" \t");
    const auto key = line.substr(0, blank);
    const auto value = blank == std::string::npos ? "" : stripped(line.substr(blank));
    if (key == "define") {
      found.push_back({stripped(value.substr(0, value.find('{'))), {}});
    } else if (found.empty()) {
      ADD_FAILURE() << "outside of all definitions: " << line;
    } else {
      found.back().values.emplace_back(key, value);
    }
  }
  return found;
}

std::vector<std::string> values_of(const ExportFiles& files, const std::string& kind, const std::string& key)
{
  std::vector<std::string> values;
  for (const auto& [path, text] : files) {
    for (const auto& definition : read_by_nagios(text)) {
      if (definition.kind == kind && !definition.at(key).empty()) {
        values.push_back(definition.at(key));
      }
    }
  }
  return values;
}

// Icinga's text with each string taken out and put onto the list: "object Host @ {".
struct Skeleton {
  std::string text;
  std::vector<std::string> strings;
};

char unescaped(char c)
{
  switch (c) {
  case 'n':
    return '\n';
  case 't':
    return '\t';
  case 'r':
    return '\r';
  default:
    EXPECT_TRUE(c == '"' || c == '\\') << "no escape of Icinga's: " << c;
    return c;
  }
}

Skeleton skeleton_of(const std::string& text)
{
  Skeleton result;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] == '#') {
      at = std::min(text.find('\n', at), text.size()) - 1;
    } else if (text[at] != '"') {
      result.text += text[at];
    } else {
      auto& string = result.strings.emplace_back();
      for (++at; at < text.size() && text[at] != '"'; ++at) {
        EXPECT_NE('\n', text[at]);
        string += text[at] == '\\' ? unescaped(text[++at]) : text[at];
      }
      result.text += '@';
    }
  }
  return result;
}

// All that an export may say, with the strings taken out.
bool is_line_of_ours(std::string line)
{
  line = stripped(line);
  const auto list = line.find("[ @");
  if (list != std::string::npos) {
    line = line.substr(0, list) + "[ ]";
  }
  const std::vector<std::string> known{
      "",
      "}",
      "object Host @ {",
      "object Service @ {",
      "object HostGroup @ {",
      "template Host @ {",
      "template Service @ {",
      "import @",
      "host_name = @",
      "address = @",
      "display_name = @",
      "groups = [ ]",
      "vars.muster_node = @",
      "vars.muster_facts[@] = @",
      "vars.muster_classes = [ ]",
      "check_command = @",
      "max_check_attempts = 1",
      "enable_passive_checks = true",
      "enable_active_checks = true",
      "enable_active_checks = false",
      "check_interval = 660",
      "retry_interval = 660"};
  return std::find(known.begin(), known.end(), line) != known.end();
}

// Node names are safe by their grammar; all else is of a stranger's choice.
class Strangers {
public:
  std::string word()
  {
    static const std::vector<std::string> pieces{
        "a",
        "Z",
        "9",
        "_",
        "-",
        " ",
        "\n",
        "\t",
        "\r",
        "\\",
        "\"",
        "'",
        ";",
        "#",
        "$",
        "$USER1$",
        "!",
        "{",
        "}",
        "{{{",
        "}}}",
        "//",
        "/*",
        "*/",
        "`",
        "|",
        "&",
        "<",
        ">",
        ",",
        "=",
        "(",
        ")",
        "~",
        "^",
        "%",
        "*",
        "?",
        "null",
        "+",
        "\x01",
        "\x7f",
        "\xff",
        "é",
        "\xe2\x80\xae",
        "\ndefine host {\n",
        "\"; object",
        "\n}\n"};
    std::string text;
    for (std::size_t left = 1 + random_() % 5; left > 0; --left) {
      text += pieces[random_() % pieces.size()];
    }
    return text;
  }

  ExportedNode node(int number)
  {
    ExportedNode node{"web" + std::to_string(number) + ".example.net", {}, {}};
    for (int i = 0; i < 5; ++i) {
      node.groups.push_back({random_() % 3 == 0 ? "" : word(), word()});
      node.checks.push_back(word());
    }
    return node;
  }

private:
  std::mt19937 random_{2026};
};

}  // namespace

TEST(NagiosFiles, DefineHostsServicesAndGroups)
{
  MappingRules rules;
  rules.lifetime = 11min;
  const auto files = nagios_files(defined({web1()}, Monitor::nagios, rules), {});
  const auto host = read_by_nagios(files.at("nodes/web1.example.net.cfg")).at(0);
  EXPECT_EQ("muster-host", host.at("use"));
  EXPECT_EQ("web1.example.net", host.at("host_name"));
  EXPECT_EQ("muster-class-web_server,muster-country-uk", host.at("hostgroups"));
  const auto service = read_by_nagios(files.at("nodes/web1.example.net.cfg")).at(2);
  EXPECT_EQ("check_load", service.at("service_description"));
  EXPECT_EQ("660", service.at("freshness_threshold"));
  EXPECT_THAT(
      values_of(files, "hostgroup", "hostgroup_name"),
      ElementsAre("muster-class-web_server", "muster-country-uk"));
  EXPECT_THAT(values_of(files, "hostgroup", "alias"), ElementsAre("class: web_server", "country: uk"));
}

TEST(NagiosFiles, TakeFromTheSitesTemplatesWhatTheySayNothingOf)
{
  ExportRules rules;
  rules.host_template = "generic-host";
  const auto definitions = read_by_nagios(nagios_files({}, rules).at("muster.cfg"));
  const auto host = std::find_if(
      definitions.begin(), definitions.end(), [](const Read& one) { return one.kind == "host"; });
  EXPECT_EQ("generic-host", host->at("use"));
  EXPECT_EQ("", host->at("check_period"));
  EXPECT_EQ("0", host->at("active_checks_enabled"));
}

TEST(NagiosFiles, LeaveItToTheSitesTemplateHowHostsAreCheckedThatItIsNotToldOf)
{
  ExportRules rules;
  rules.host_template = "generic-host";
  Definitions definitions;
  definitions.passive_hosts = false;
  const auto text = nagios_files(definitions, rules).at("muster.cfg");
  const auto host = text.find("name  muster-host");
  EXPECT_THAT(text.substr(host, text.find('}', host) - host), Not(HasSubstr("check")));
}

TEST(NagiosFiles, SayNothingElseWhateverStrangersCallTheirThings)
{
  Strangers strangers;
  std::size_t services = 0;
  for (int number = 0; number < 400; ++number) {
    const auto definitions = defined({strangers.node(number)}, Monitor::nagios);
    const auto files = nagios_files(definitions, {});
    ASSERT_EQ(1U, definitions.hosts.size());
    const auto& host = definitions.hosts[0];
    std::vector<std::string> names;
    for (const auto& service : host.services) {
      names.push_back(service.name);
    }
    services += names.size();
    EXPECT_EQ(names, values_of(files, "service", "service_description"));
    EXPECT_THAT(values_of(files, "host", "host_name"), ElementsAre(host.name));
    const auto groups = values_of(files, "hostgroup", "hostgroup_name");
    EXPECT_EQ(host.groups, groups);
    EXPECT_THAT(groups, Each(Not(HasSubstr("$"))));
    EXPECT_THAT(
        values_of(files, "hostgroup", "alias"), AllOf(SizeIs(groups.size()), Each(Not(HasSubstr("$")))));
    const auto text = files.at("nodes/" + host.node.name + ".cfg");
    EXPECT_EQ(names.size() + 1, read_by_nagios(text).size());
  }
  EXPECT_GT(services, 50U) << "some are names that Nagios can have";
}

TEST(IcingaFiles, DefineHostsServicesAndGroups)
{
  MappingRules rules;
  rules.services.table = {{"check_load", "CPU \"Load\" (1 min)"}};
  rules.lifetime = 11min;
  const auto files = icinga_files(defined({web1()}, Monitor::icinga, rules), {});
  const auto text = files.at("nodes/web1.example.net.conf");
  EXPECT_THAT(text, HasSubstr("object Host \"web1.example.net\" {\n  import \"muster-host\"\n"));
  EXPECT_THAT(text, HasSubstr("  groups = [ \"muster-class-web_server\", \"muster-country-uk\" ]\n"));
  EXPECT_THAT(text, HasSubstr("  vars.muster_facts[\"country\"] = \"uk\"\n"));
  EXPECT_THAT(text, HasSubstr("object Service \"CPU \\\"Load\\\" (1 min)\" {\n"));
  EXPECT_THAT(text, HasSubstr("  enable_active_checks = true\n  check_interval = 660\n"));
  EXPECT_THAT(files.at("muster-groups.conf"), HasSubstr("display_name = \"country: uk\""));
}

TEST(IcingaFiles, SayNothingElseWhateverStrangersCallTheirThings)
{
  Strangers strangers;
  for (int number = 0; number < 400; ++number) {
    MappingRules rules;
    rules.lifetime = 11min;
    const auto definitions = defined({strangers.node(number)}, Monitor::icinga, rules);
    const auto files = icinga_files(definitions, {});
    for (const auto& [path, text] : files) {
      const auto skeleton = skeleton_of(text);
      std::istringstream lines{skeleton.text};
      for (std::string line; std::getline(lines, line);) {
        EXPECT_TRUE(is_line_of_ours(line)) << line;
      }
    }
    const auto strings =
        skeleton_of(files.at("nodes/" + definitions.hosts.at(0).node.name + ".conf")).strings;
    for (const auto& service : definitions.hosts[0].services) {
      EXPECT_THAT(strings, testing::Contains(to_valid_utf8(service.name)));
    }
  }
}

TEST(IcingaFiles, HaveNoMacrosInWhatANodeSays)
{
  const ExportedNode node{"web1", {{"motd", "$service.vars.password$"}}, {}};
  const auto text = icinga_files(defined({node}, Monitor::icinga), {}).at("nodes/web1.conf");
  EXPECT_THAT(text, HasSubstr("vars.muster_facts[\"motd\"] = \"$$service.vars.password$$\"\n"));
}

}  // namespace muster::bridge
