// SPDX-License-Identifier: Apache-2.0
#include "checkagent/file_function.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <ctime>
#include <optional>
#include <sys/stat.h>
#include <utility>

#include "libmuster/model/facts.hpp"

namespace muster::checkagent {
namespace asio = boost::asio;

namespace {

constexpr std::size_t md5_length = 32;
constexpr std::size_t numbers_of_stat = 7;  // mode, size, user, group, three times

FactValue text_value(std::string text)
{
  return FactValue{std::move(text)};
}

FactValue number_value(std::int64_t number)
{
  return FactValue{number};
}

std::string type_of(unsigned mode)
{
  switch (mode & static_cast<unsigned>(S_IFMT)) {
  case S_IFREG:
    return "file";
  case S_IFDIR:
    return "directory";
  case S_IFLNK:
    return "symlink";
  case S_IFSOCK:
    return "socket";
  case S_IFCHR:
    return "chardev";
  case S_IFBLK:
    return "blockdev";
  case S_IFIFO:
    return "pipe";
  default:
    return "unknown";
  }
}

std::string octal(unsigned mode)
{
  std::array<char, 16> digits{};
  const auto written = std::to_chars(digits.data(), digits.data() + digits.size(), mode, 8);
  return {digits.data(), written.ptr};
}

std::string date_of(std::int64_t seconds)
{
  const std::time_t time = seconds;
  std::tm parts{};
  std::array<char, 64> text{};
  if (::gmtime_r(&time, &parts) == nullptr) {
    return {};
  }
  return {text.data(), std::strftime(text.data(), text.size(), "%F %T", &parts)};
}

// "81a4 49 0 0 1795384855 1795384853 1795384853": the mode is hexadecimal.
std::optional<std::array<std::int64_t, numbers_of_stat>> numbers_in(std::string_view text)
{
  std::array<std::int64_t, numbers_of_stat> numbers{};
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    const auto word = text.substr(0, text.find_first_of(" \n"));
    const auto [end, error] =
        std::from_chars(word.data(), word.data() + word.size(), numbers.at(i), i == 0 ? 16 : 10);
    if (error != std::errc{} || end != word.data() + word.size()) {
      return std::nullopt;
    }
    text.remove_prefix(std::min(word.size() + 1, text.size()));
  }
  return numbers;
}

void put_time(
    FunctionOutputs& outputs,
    const std::string& name,
    std::int64_t seconds,
    std::chrono::system_clock::time_point now)
{
  const auto now_seconds = std::chrono::duration_cast<std::chrono::seconds>(now.time_since_epoch()).count();
  outputs[name] = text_value(date_of(seconds));
  outputs[name + "_seconds"] = number_value(seconds);
  outputs[name + "_age"] = number_value(now_seconds - seconds);
}

FunctionOutputs absent_file(const std::string& path)
{
  return {{"name", text_value(path)}, {"output", text_value("not present")}, {"present", number_value(0)}};
}

asio::awaitable<Expected<FunctionOutputs>> look_at(
    RunQueue& queue, std::optional<RunAs> run_as, node::FunctionRequest request)
{
  ToolCommand stat{stat_words(request.argument), request.deadline, run_as};
  const auto told = co_await run_tool(queue, std::move(stat));
  if (!told) {
    co_return tl::make_unexpected(told.error());
  }
  auto outputs = file_outputs(request.argument, *told, std::chrono::system_clock::now());
  if (!outputs || !request.outputs.contains("md5") || !can_be_hashed(*outputs)) {
    co_return outputs;
  }
  ToolCommand md5{md5_words(request.argument), request.deadline, run_as};
  const auto hashed = co_await run_tool(queue, std::move(md5));
  if (!hashed) {
    co_return tl::make_unexpected(hashed.error());
  }
  if (auto hash = md5_of(*hashed); !hash.empty()) {
    (*outputs)["md5"] = text_value(std::move(hash));
  }
  co_return outputs;
}

}  // namespace

std::vector<std::string> stat_words(const std::string& path)
{
  return {"/usr/bin/stat", "--format=%f %s %u %g %X %Y %Z", "--", path};
}

std::vector<std::string> md5_words(const std::string& path)
{
  return {"/usr/bin/md5sum", "--", path};
}

Expected<FunctionOutputs> file_outputs(
    const std::string& path, const ToolOutput& told, std::chrono::system_clock::time_point now)
{
  const auto says = [&told](std::string_view what) { return told.text.find(what) != std::string::npos; };
  if (told.exit_code != 0 && (says(": No such file or directory") || says(": Not a directory"))) {
    return absent_file(path);
  }
  const auto numbers = told.exit_code == 0 ? numbers_in(told.text) : std::nullopt;
  if (!numbers) {
    return failure(ErrorCode::not_found, told.text.empty() ? "stat has failed" : told.text);
  }
  const auto& [mode, size, user, group, accessed, modified, changed] = *numbers;
  FunctionOutputs outputs{
      {"name", text_value(path)},
      {"output", text_value("present")},
      {"present", number_value(1)},
      {"type", text_value(type_of(static_cast<unsigned>(mode)))},
      {"mode", text_value(octal(static_cast<unsigned>(mode)))},
      {"size", number_value(size)},
      {"uid", number_value(user)},
      {"gid", number_value(group)}};
  put_time(outputs, "atime", accessed, now);
  put_time(outputs, "mtime", modified, now);
  put_time(outputs, "ctime", changed, now);
  return outputs;
}

bool can_be_hashed(const FunctionOutputs& outputs)
{
  const auto type = outputs.find("type");
  const auto size = outputs.find("size");
  if (type == outputs.end() || size == outputs.end() || scalar_text(type->second) != "file") {
    return false;
  }
  const auto* bytes = std::get_if<std::int64_t>(&size->second.value);
  return bytes != nullptr && *bytes <= largest_hashed_file;
}

std::string md5_of(const ToolOutput& told)
{
  std::string_view text = told.text;
  if (!text.empty() && text.front() == '\\') {  // md5sum marks so a name with odd characters
    text.remove_prefix(1);
  }
  const auto hash = text.substr(0, text.find(' '));
  const bool is_one = told.exit_code == 0 && hash.size() == md5_length &&
                      hash.find_first_not_of("0123456789abcdef") == std::string_view::npos;
  return is_one ? std::string{hash} : std::string{};
}

node::DataFunctions::Function file_function(RunQueue& queue, std::function<std::optional<RunAs>()> account)
{
  return [&queue, account = std::move(account)](node::FunctionRequest request) {
    return look_at(queue, account(), std::move(request));
  };
}

}  // namespace muster::checkagent
