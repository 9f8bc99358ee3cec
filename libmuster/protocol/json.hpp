// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <boost/json/object.hpp>

#include "libmuster/error.hpp"

namespace muster::protocol {

namespace json = boost::json;

// The program that reads is the one that sets the limits: these hold for everything that comes off the wire.
inline constexpr std::size_t largest_message =
    std::size_t{128} * 1024;  // what brokers in the cloud take; ours send at most 120 KiB
inline constexpr std::size_t deepest_nesting = 16;
inline constexpr std::size_t most_members = 256;                      // of one object
inline constexpr std::size_t most_elements = std::size_t{16} * 1024;  // of one array

// The largest message that any encoder of ours makes.
inline constexpr std::size_t largest_encoded = std::size_t{120} * 1024;

// Of a check result: an answer of agent recorder that carries just this one has room for what is around it,
// so that a reader gets from there the very bytes that were published.
inline constexpr std::size_t largest_result = std::size_t{112} * 1024;

// Points in time travel as integer milliseconds since the Unix epoch, durations as integer milliseconds.
using Time = std::chrono::sys_time<std::chrono::milliseconds>;

inline std::int64_t to_json(Time time)
{
  return time.time_since_epoch().count();
}

// A JSON object within all limits above, or what is wrong with the text.
Expected<json::object> parse_object(std::string_view text);

// Reads the members of one object, each with its type and limit; unknown members are left alone. The first
// thing that is wrong is kept, with the path to it ("data.args: expected a string"), and everything read
// after that is a default: check error() once at the end.
class JsonReader {
public:
  JsonReader(const json::object& object, std::string path) : object_{object}, path_{std::move(path)} {}

  [[nodiscard]] std::string string(std::string_view name, std::size_t longest);
  [[nodiscard]] std::string optional_string(std::string_view name, std::size_t longest);
  [[nodiscard]] std::int64_t integer(std::string_view name, std::int64_t least, std::int64_t most);
  [[nodiscard]] std::int64_t optional_integer(
      std::string_view name, std::int64_t least, std::int64_t most, std::int64_t otherwise);
  [[nodiscard]] bool optional_boolean(std::string_view name, bool otherwise);
  [[nodiscard]] Time time(std::string_view name);
  [[nodiscard]] Time optional_time(std::string_view name);
  [[nodiscard]] std::chrono::milliseconds duration(std::string_view name, std::chrono::milliseconds most);

  // An empty list or object if it is not there.
  [[nodiscard]] std::vector<std::string> strings(
      std::string_view name, std::size_t most, std::size_t longest);
  [[nodiscard]] const json::object& object(std::string_view name);

  // One of the words given; the index of it.
  [[nodiscard]] std::size_t one_of(std::string_view name, const std::vector<std::string_view>& words);

  [[nodiscard]] bool has(std::string_view name) const { return object_.contains(name); }

  [[nodiscard]] const std::optional<Error>& error() const { return error_; }

  void fail(std::string_view name, std::string_view expected);

private:
  const json::value* find(std::string_view name) const;
  std::string string_of(std::string_view name, const json::value& value, std::size_t longest);

  const json::object& object_;
  std::string path_;
  std::optional<Error> error_;
};

}  // namespace muster::protocol
