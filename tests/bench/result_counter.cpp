// SPDX-License-Identifier: Apache-2.0
//
// What it costs only to receive check results: a subscriber that acknowledges and counts them, without JSON,
// states, a store or a history. Once over bare sockets, and once through the MQTT client that the collector
// has.
//
// usage: result_counter bare|client PORT; for each line on stdin it prints how many have come; ends with
// stdin.

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <limits>
#include <poll.h>
#include <string>
#include <string_view>
#include <unistd.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/streambuf.hpp>

#include "libmuster/mqtt/mqtt_client.hpp"
#include "tests/bench/bare_mqtt.hpp"

namespace {

namespace asio = boost::asio;
using namespace muster;

constexpr const char* every_result = "muster/1/result/+";

void count_over_bare_sockets(int port)
{
  std::uint64_t count = 0;
  const int poll = ::epoll_create1(0);
  bench::Connection broker{port, poll};
  broker.on_publish = [&count](std::string_view, std::string_view) { ++count; };
  broker.send(bench::connect_packet("bare-counter") + bench::subscribe_packet(every_result));
  for (std::string line;;) {
    bench::poll_once(poll, 20);
    pollfd input{0, POLLIN, 0};
    if (::poll(&input, 1, 0) > 0) {
      if (!std::getline(std::cin, line)) {
        return;
      }
      std::cout << count << std::endl;
    }
  }
}

class Counter final : public mqtt::MqttListener {
public:
  explicit Counter(int port) : client_{mqtt::make_paho_client(loop_.get_executor(), options(port))}
  {
    client_->start(*this);
    answer_next_line();
  }

  void run() { loop_.run(); }

  void on_connected(const std::string& /*broker*/) override { client_->subscribe({{every_result}}); }

  void on_disconnected(const Error& why) override { std::cerr << why.message << '\n'; }

  void on_refused(const std::string& topic, const Error& why) override
  {
    std::cerr << topic << ": " << why.message << '\n';
  }

  void on_message(mqtt::Message /*message*/) override { ++count_; }

private:
  static mqtt::ConnectionOptions options(int port)
  {
    mqtt::ConnectionOptions options;
    options.brokers = {"mqtt://127.0.0.1:" + std::to_string(port)};
    options.client_id = "client-counter";
    options.receive_maximum = std::numeric_limits<std::uint16_t>::max();
    return options;
  }

  void answer_next_line()
  {
    asio::async_read_until(input_, line_, '\n', [this](boost::system::error_code ended, std::size_t size) {
      if (ended) {
        client_->close(std::chrono::milliseconds{100});
        loop_.stop();
        return;
      }
      line_.consume(size);
      std::cout << count_ << std::endl;
      answer_next_line();
    });
  }

  asio::io_context loop_{1};
  asio::posix::stream_descriptor input_{loop_, ::dup(STDIN_FILENO)};
  asio::streambuf line_;
  std::uint64_t count_ = 0;
  std::unique_ptr<mqtt::MqttClient> client_;
};

}  // namespace

int main(int argc, char** argv)
{
  const std::string_view way = argc == 3 ? argv[1] : "";
  if (way != "bare" && way != "client") {
    std::fputs("usage: result_counter bare|client PORT\n", stderr);
    return 64;
  }
  try {
    if (way == "bare") {
      count_over_bare_sockets(std::atoi(argv[2]));
    } else {
      Counter{std::atoi(argv[2])}.run();
    }
  } catch (const std::exception& error) {
    std::fprintf(stderr, "result_counter: %s\n", error.what());
    return 1;
  }
  return 0;
}
