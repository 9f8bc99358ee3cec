// SPDX-License-Identifier: Apache-2.0
#include "libmuster/runtime/log.hpp"

#include <chrono>
#include <cstdlib>
#include <unistd.h>

#include <spdlog/logger.h>
#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/stdout_sinks.h>

namespace muster::runtime::log {

namespace {

spdlog::level::level_enum spdlog_level(Level level)
{
  switch (level) {
  case Level::debug:
    return spdlog::level::debug;
  case Level::info:
    return spdlog::level::info;
  case Level::warning:
    return spdlog::level::warn;
  case Level::error:
    break;
  }
  return spdlog::level::err;
}

// Made at the first line and never destroyed, so that the last words of other static objects find it.
spdlog::logger& logger()
{
  static auto& made = *[] {
    auto logger =
        std::make_unique<spdlog::logger>("muster", std::make_shared<spdlog::sinks::stderr_sink_mt>());
    // The line is complete when it comes here: spdlog only serialises and writes it.
    logger->set_formatter(
        std::make_unique<spdlog::pattern_formatter>("%v", spdlog::pattern_time_type::utc, "\n"));
    logger->set_error_handler([](const std::string&) {});
    return logger.release();
  }();
  return made;
}

Destination destination()
{
  // NOLINTNEXTLINE(concurrency-mt-unsafe): read once; nothing of ours changes the environment later
  static const auto found = destination_of(STDERR_FILENO, std::getenv("JOURNAL_STREAM"));
  return found;
}

void write(Level level, std::string_view text)
{
  const auto severity = spdlog_level(level);
  if (logger().should_log(severity)) {
    const auto line = log_line(level, text, std::chrono::system_clock::now(), destination());
    logger().log(severity, spdlog::string_view_t{line.data(), line.size()});
  }
}

}  // namespace

void debug(std::string_view text)
{
  write(Level::debug, text);
}

void info(std::string_view text)
{
  write(Level::info, text);
}

void warning(std::string_view text)
{
  write(Level::warning, text);
}

void error(std::string_view text)
{
  write(Level::error, text);
}

void set_level(Level least)
{
  logger().set_level(spdlog_level(least));
}

}  // namespace muster::runtime::log
