// SPDX-License-Identifier: Apache-2.0
// Replays what a real nrpe 4.1.0 was asked and answered; see the field `source` of each row.
#include <fstream>
#include <iostream>
#include <set>
#include <string>
#include <vector>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/json.hpp>
#include <gtest/gtest.h>

#include "checkagent/check_command.hpp"
#include "checkagent/macro_expansion.hpp"
#include "checkagent/nrpe_config_files.hpp"
#include "checkagent/run_queue.hpp"
#include "tests/unit/checkagent/temporary_directory.hpp"

namespace muster::checkagent {
namespace {

namespace asio = boost::asio;
namespace json = boost::json;

constexpr std::size_t recorded_rows = 60;

struct Row {
  std::string config_line;  // empty if the command stood in an included file, or nowhere
  std::string request;
  int exit_code = -1;
  std::string stdout_text;
};

std::string text_of(const json::value& value)
{
  return value.is_string() ? std::string{value.as_string()} : "";
}

void replace_all(std::string& text, const std::string& from, const std::string& to)
{
  for (auto at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size())) {
    text.replace(at, from.size(), to);
  }
}

std::vector<Row> read_rows()
{
  std::vector<Row> rows;
  std::ifstream file{MUSTER_TEST_DATA "/nrpe_vectors.jsonl"};
  for (std::string line; std::getline(file, line);) {
    const auto object = json::parse(line).as_object();
    Row row{
        text_of(object.at("config_line")),
        text_of(object.at("request")),
        static_cast<int>(object.at("exit_code").as_int64()),
        text_of(object.at("stdout"))};
    replace_all(row.config_line, "@PLUGIN@", MUSTER_TEST_DATA "/nrpe_vector_plugin.sh");
    rows.push_back(std::move(row));
  }
  return rows;
}

// The arguments as the recording shows them: a Python list of strings, in which "xxx*3000" stands for 3000 x.
std::vector<std::string> read_python_list(std::string_view text)
{
  std::vector<std::string> items;
  while (true) {
    const auto open = text.find_first_of("'\"");
    if (open == std::string_view::npos) {
      return items;
    }
    const auto close = text.find(text[open], open + 1);
    std::string item{text.substr(open + 1, close - open - 1)};
    replace_all(item, "\\t", "\t");
    items.push_back(item == "xxx*3000" ? std::string(3000, 'x') : item);
    text.remove_prefix(close + 1);
  }
}

struct Request {
  std::string check;
  std::vector<std::string> arguments;
};

// check_nrpe joins its arguments with "!", and nrpe takes them apart there.
Request read_request(const std::string& text)
{
  if (text.find("_NRPE_CHECK") != std::string::npos) {
    return {"_NRPE_CHECK", {}};
  }
  Request request{text.substr(0, text.find(' ')), {}};
  std::string joined;
  const auto list = text.find(" -a [");
  if (list != std::string::npos) {
    for (const auto& item : read_python_list(std::string_view{text}.substr(list))) {
      joined += "!" + item;
    }
  }
  request.arguments = split_arguments(joined);
  return request;
}

// The nrpe.cfg of the recording, with what its rows say of its included files.
std::string write_config(const TemporaryDirectory& directory, const std::vector<Row>& rows)
{
  std::string text =
      "command_timeout=4\ndont_blame_nrpe=1\nallow_bash_command_substitution=0\n"
      "command[dup]=/bin/echo first\n";
  std::set<std::string> lines;
  for (const auto& row : rows) {
    if (!row.config_line.empty() && lines.insert(row.config_line).second) {
      text += "  " + row.config_line + "\n";
    }
  }
  directory.write("inc.d/a.cfg", "command[inc_a]=/bin/echo from a.cfg\n");
  directory.write("inc.d/b.cfg", "command[inc_a]=/bin/echo from b.cfg\n");
  directory.write(
      "inc.d/c_bad.cfg",
      "command[inc_bad1]=/bin/echo before error\nno value here\ncommand[inc_bad2]=/bin/false\n");
  directory.write("inc.d/sub/s.cfg", "command[inc_sub]=/bin/echo from sub\n");
  directory.write("inc.d/.hid/h.cfg", "command[inc_hid]=/bin/echo from hidden folder\n");
  directory.write("inc.d/.hidden.cfg", "command[inc_hidfile]=/bin/echo from hidden file\n");
  return directory.write("nrpe.cfg", text + "include_dir=" + directory.path("inc.d") + "/\n");
}

struct Replay {
  const CommandTable& table;
  RunQueue& queue;
};

asio::awaitable<void> replay(Replay replay, const Row& row, CheckState& state)
{
  const auto request = read_request(row.request);
  auto command = make_plugin_command(replay.table, PluginAccount{}, request.check, request.arguments);
  if (!command) {
    co_return;  // refused, or not defined: the state stays UNKNOWN
  }
  if (row.stdout_text.find("timed out") == std::string::npos) {
    command->timeout = std::chrono::minutes{1};  // a busy machine must not turn these into timeouts
  }
  const auto permit = co_await replay.queue.enter(std::chrono::steady_clock::time_point::max());
  const auto run = co_await run_plugin(std::move(*command));
  state = run.state;
}

// The requests of rows that may differ.
std::set<std::string> read_exceptions()
{
  std::ifstream file{MUSTER_TEST_DATA "/nrpe_vector_exceptions.json"};
  const std::string text{std::istreambuf_iterator<char>{file}, {}};
  const auto file_value = json::parse(text);
  std::set<std::string> requests;
  for (const auto& exception : file_value.as_object().at("exceptions").as_array()) {
    requests.insert(text_of(exception.as_object().at("request")));
  }
  return requests;
}

TEST(NrpeVectors, EveryRecordedRequestGivesTheStateThatNrpeGave)
{
  const auto rows = read_rows();
  ASSERT_EQ(rows.size(), recorded_rows);
  const TemporaryDirectory directory;
  NrpeConfigFiles files{write_config(directory, rows)};
  const auto reading = files.reload();

  asio::io_context loop;
  RunQueue queue{RunLimits{8, recorded_rows}};
  std::vector<CheckState> states(rows.size(), CheckState::unknown);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    asio::co_spawn(loop, replay({reading.table, queue}, rows[i], states[i]), asio::detached);
  }
  loop.run();

  const auto exceptions = read_exceptions();
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (exceptions.contains(rows[i].request)) {
      continue;
    }
    EXPECT_EQ(static_cast<int>(states[i]), rows[i].exit_code)
        << rows[i].request << " of " << rows[i].config_line;
  }
  std::cout << "rows replayed: " << rows.size() << ", exceptions: " << exceptions.size() << "\n";
}

}  // namespace
}  // namespace muster::checkagent
