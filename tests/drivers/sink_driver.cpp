// SPDX-License-Identifier: Apache-2.0
//
// One sink of the bridge alone, of any kind, with a feed in memory: for tests that want to say every result,
// and for the bench.
//
// usage: sink_driver CONFIG [handed-over]   CONFIG is one map of `sinks:`, with its kind; on stdin, one to a
// line:
//   {"host": "web1", "service": "load", "state": 2, "output": "text|perfdata\nmore"}   one result. "service"
//   may
//                          be missing (the host itself); "summary", "details" and "perfdata" may stand in
//                          place of "output"; "started" and "finished" are in seconds, now if missing;
//                          "source" is the host if missing; "lifetime" is in seconds
//   made-up COUNT HOSTS SERVICES   results of h001, h002, … and svc1, svc2, … in turn; each 20th is bad
// On stdout a line of JSON whenever the sink's state has changed, at most 20 a second, and one for each dead
// letter. At the end of stdin it waits until everything is safe, or only handed over, and ends; at SIGTERM it
// stops at once.

#include <chrono>
#include <cmath>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <memory>
#include <string>
#include <string_view>
#include <unistd.h>

#include <boost/asio/buffer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/json.hpp>
#include <fmt/format.h>

#include "libmuster/model/plugin_output.hpp"
#include "libmuster/runtime/yaml_reader.hpp"
#include "nagios-bridge/sink_kinds.hpp"
#include "nagios-bridge/wall_clock.hpp"
#include "tests/drivers/memory_feed.hpp"

namespace {

using namespace muster;
using namespace muster::bridge;
namespace asio = boost::asio;
namespace json = boost::json;

constexpr std::chrono::milliseconds report_pause{50};
constexpr std::size_t longest_line = std::size_t{4} << 20U;
constexpr int wrong_configuration = 78;

[[noreturn]] void refuse(const std::string& message)
{
  std::cerr << message << '\n';
  std::exit(wrong_configuration);
}

MakeSink read_sink(const std::filesystem::path& file)
{
  std::ifstream stream{file};
  const std::string text{std::istreambuf_iterator<char>{stream}, {}};
  const auto document = runtime::read_yaml(file.string(), text);
  if (!document) {
    refuse(document.error().message);
  }
  runtime::Complaints complaints{file.string()};
  runtime::SettingsReader reader{complaints, document->root};
  std::string kind;
  reader.read_word("kind", kind);
  const auto* known = find_sink_kind(kind);
  if (known == nullptr) {
    refuse("no such kind: " + kind);
  }
  auto make = known->read(reader, file.parent_path());
  reader.refuse_unknown_keys();
  if (!complaints.empty()) {
    refuse(complaints.in_order().front().message);
  }
  return make;
}

std::string text_of(const json::object& object, std::string_view key)
{
  const auto* const value = object.if_contains(key);
  return value == nullptr ? std::string{} : std::string{value->as_string()};
}

Time time_of(const json::object& object, std::string_view key, Time otherwise)
{
  const auto* const value = object.if_contains(key);
  return value == nullptr ? otherwise
                          : Time{std::chrono::milliseconds{std::llround(value->to_number<double>() * 1000)}};
}

PluginOutput output_of(const json::object& object)
{
  if (object.contains("output")) {
    return parse_plugin_output(text_of(object, "output"));
  }
  return {text_of(object, "summary"), text_of(object, "details"), text_of(object, "perfdata")};
}

PassiveResult result_of(const json::object& object)
{
  PassiveResult result;
  result.host = text_of(object, "host");
  result.service = text_of(object, "service");
  result.state = static_cast<int>(object.at("state").to_number<std::int64_t>());
  auto output = output_of(object);
  result.summary = std::move(output.summary);
  result.details = std::move(output.details);
  result.perfdata = std::move(output.perfdata);
  result.finished = time_of(object, "finished", wall_clock_now());
  result.started = time_of(object, "started", result.finished);
  result.source = object.contains("source") ? text_of(object, "source") : result.host;
  if (const auto* const lifetime = object.if_contains("lifetime")) {
    result.lifetime = std::chrono::seconds{lifetime->to_number<std::int64_t>()};
  }
  return result;
}

PassiveResult made_up(std::size_t number, std::size_t hosts, std::size_t services)
{
  PassiveResult result;
  result.host = fmt::format("h{:03}", number % hosts + 1);
  result.service = fmt::format("svc{}", number / hosts % services + 1);
  result.state = number % 20 == 0 ? 2 : 0;
  result.summary = fmt::format("made up, number {}", number);
  result.perfdata = fmt::format("number={};;;0 time=0.013s;1;2;0", number);
  result.started = result.finished = wall_clock_now();
  result.source = result.host;
  return result;
}

class Driver {
public:
  Driver(const std::filesystem::path& config, bool until_safe)
      : input_{io_, ::dup(STDIN_FILENO)}, timer_{io_}, signals_{io_, SIGTERM, SIGINT}, until_safe_{until_safe}
  {
    auto made = read_sink(config)({io_.get_executor(), feed_, "tested", config.parent_path()});
    if (!made) {
      refuse(made.error().message);
    }
    sink_ = std::move(*made);
  }

  int run()
  {
    if (auto started = sink_->start(); !started) {
      refuse(started.error().message);
    }
    signals_.async_wait([this](auto, int) { end(); });
    read();
    report();
    io_.run();
    return 0;
  }

private:
  void read()
  {
    asio::async_read_until(
        input_,
        asio::dynamic_buffer(buffer_, longest_line),
        '\n',
        [this](const auto& error, std::size_t size) {
          if (error) {
            ended_ = true;
            return;
          }
          take(buffer_.substr(0, size - 1));
          buffer_.erase(0, size);
          sink_->wake();
          read();
        });
  }

  void take(const std::string& line)
  {
    std::size_t count = 0;
    std::size_t hosts = 0;
    std::size_t services = 0;
    if (std::sscanf(line.c_str(), "made-up %zu %zu %zu", &count, &hosts, &services) == 3) {
      for (std::size_t number = 0; number < count; ++number) {
        feed_.add(made_up(number, hosts, services));
      }
      return;
    }
    feed_.add(result_of(json::parse(line).as_object()));
  }

  void report()
  {
    tell();
    if (ended_ && (until_safe_ ? feed_.safe() : sink_->state().handed_over) == feed_.last()) {
      end();
      return;
    }
    timer_.expires_after(report_pause);
    timer_.async_wait([this](const auto& error) {
      if (!error) {
        report();
      }
    });
  }

  void tell()
  {
    for (; told_ < feed_.buried().size(); ++told_) {
      const auto& letter = feed_.buried()[told_];
      say(
          {{"dead_host", letter.result.host},
           {"dead_service", letter.result.service},
           {"reason", letter.reason}});
    }
    const auto state = sink_->state();
    const json::object line{
        {"fed", feed_.last()},
        {"handed_over", state.handed_over},
        {"safe", state.safe},
        {"delivered", state.delivered},
        {"repeated", state.repeated},
        {"buried", state.buried},
        {"restarts", state.restarts},
        {"working", state.working},
        {"trouble", state.trouble}};
    if (line != last_line_) {
      last_line_ = line;
      say(line);
    }
  }

  static void say(const json::object& line) { std::cout << json::serialize(line) << std::endl; }

  void end()
  {
    sink_->stop();
    tell();
    io_.stop();
  }

  asio::io_context io_{1};
  test::MemoryFeed feed_;
  std::unique_ptr<Sink> sink_;
  asio::posix::stream_descriptor input_;
  asio::steady_timer timer_;
  asio::signal_set signals_;
  bool until_safe_;
  std::string buffer_;
  bool ended_ = false;
  std::size_t told_ = 0;
  json::object last_line_;
};

}  // namespace

int main(int count, char** words)
{
  const bool until_safe = count == 2;
  if (!until_safe && (count != 3 || std::string_view{words[2]} != "handed-over")) {
    std::cerr << "usage: sink_driver CONFIG [handed-over]\n";
    return 64;
  }
  return Driver{words[1], until_safe}.run();
}
