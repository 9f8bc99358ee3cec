// SPDX-License-Identifier: Apache-2.0
//
// muster-privileged: the only part of a node that runs as root.

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <unistd.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>

#include "checkagent/privileged/privileged_options.hpp"
#include "checkagent/privileged/privileged_server.hpp"
#include "checkagent/program_runner.hpp"

namespace {

using namespace muster;

constexpr int exit_failure = 70;
constexpr int exit_configuration = 78;

int complain(const Error& error)
{
  std::fprintf(stderr, "muster-privileged: %s\n", error.message.c_str());
  return exit_configuration;
}

int run(const checkagent::PrivilegedOptions& options)
{
  const auto settings = checkagent::read_privileged_settings(options.config);
  if (!settings) {
    return complain(settings.error().front());
  }
  const auto user = checkagent::user_number(settings->user);
  if (!user || options.check_config) {
    return user ? EXIT_SUCCESS : complain(user.error());
  }
  std::signal(SIGPIPE, SIG_IGN);
  boost::asio::io_context loop{1};
  checkagent::actions::PrivilegedActions actions{settings->actions, checkagent::run_program};
  checkagent::PrivilegedServer server{{*user, settings->delay_of_own_change}, actions};
  boost::asio::signal_set stop{loop};
  if (options.listen) {
    stop.add(SIGTERM);
    stop.add(SIGINT);
    stop.async_wait([&loop](boost::system::error_code, int) { loop.stop(); });
    if (const auto listening = server.listen(loop, *options.listen); !listening) {
      return complain(listening.error());
    }
  } else {
    checkagent::PrivilegedServer::Socket connection{
        loop, boost::asio::local::stream_protocol{}, ::dup(STDIN_FILENO)};
    boost::asio::co_spawn(loop, server.serve(std::move(connection)), boost::asio::detached);
  }
  loop.run();
  return EXIT_SUCCESS;
}

}  // namespace

int main(int argc, char** argv)
{
  try {
    const auto options = checkagent::parse_privileged_options(argc, argv);
    return options.exit_status ? *options.exit_status : run(options);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "muster-privileged: %s\n", error.what());
    return exit_failure;
  }
}
