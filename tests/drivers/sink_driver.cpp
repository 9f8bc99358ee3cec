// SPDX-License-Identifier: Apache-2.0
//
// One sink of the bridge alone, of any kind, with a feed in memory: for tests that want to say every result,
// and for the bench.
//
// usage: sink_driver CONFIG   CONFIG is one map of `sinks:`, with its kind; on stdin, one to a line:
//   {"host": "web1", "service": "load", "state": 2, "summary": "text", "details": "", "perfdata": ""}
//                          one result; "service" may be missing (the host itself); all finished now, or at
//                          "finished", in seconds
// On stdout a line of JSON whenever the sink's state has changed, at most 20 a second, and one for each dead
// letter. At the end of stdin it waits until everything is safe, and ends; at SIGTERM it stops at once.

#include <chrono>
#include <csignal>
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

PassiveResult result_of(const json::object& object)
{
  PassiveResult result;
  result.host = text_of(object, "host");
  result.service = text_of(object, "service");
  result.state = static_cast<int>(object.at("state").to_number<std::int64_t>());
  result.summary = text_of(object, "summary");
  result.details = text_of(object, "details");
  result.perfdata = text_of(object, "perfdata");
  const auto* const finished = object.if_contains("finished");
  result.finished = finished == nullptr ? wall_clock_now()
                                        : Time{std::chrono::seconds{finished->to_number<std::int64_t>()}};
  result.started = result.finished;
  return result;
}

class Driver {
public:
  explicit Driver(const std::filesystem::path& config)
      : input_{io_, ::dup(STDIN_FILENO)}, timer_{io_}, signals_{io_, SIGTERM, SIGINT}
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
          feed_.add(result_of(json::parse(buffer_.substr(0, size - 1)).as_object()));
          buffer_.erase(0, size);
          sink_->wake();
          read();
        });
  }

  void report()
  {
    tell();
    if (ended_ && feed_.safe() == feed_.last()) {
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
  std::string buffer_;
  bool ended_ = false;
  std::size_t told_ = 0;
  json::object last_line_;
};

}  // namespace

int main(int count, char** words)
{
  if (count != 2) {
    std::cerr << "usage: sink_driver CONFIG\n";
    return 64;
  }
  return Driver{words[1]}.run();
}
