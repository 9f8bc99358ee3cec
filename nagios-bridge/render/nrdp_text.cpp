// SPDX-License-Identifier: Apache-2.0
#include "nagios-bridge/render/nrdp_text.hpp"

#include <algorithm>
#include <string_view>

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "libmuster/model/utf8.hpp"

namespace muster::bridge {

namespace {

constexpr std::string_view broken_bar = "\xc2\xa6";
constexpr std::string_view cut_mark = "\xe2\x80\xa6";
constexpr std::size_t longest_shown_name = 150;

// The first line holds summary and perfdata, with the first bar between them.
enum class Part { summary, perfdata, details };

std::string escaped(std::string_view part, Part which)
{
  std::string text;
  for (const char letter : part) {
    if (letter == '\\') {
      text += "\\\\";
    } else if (letter == '\n' && which != Part::details) {
      text += ' ';
    } else if (letter == '|' && which != Part::perfdata) {
      text += broken_bar;
    } else {
      text += letter;
    }
  }
  return text;
}

// Half a number is a wrong number: values go as a whole.
std::string whole_values(const std::string& perfdata)
{
  if (perfdata.size() <= max_nrdp_part) {
    return perfdata;
  }
  const auto end = perfdata.rfind(' ', max_nrdp_part);
  return end == std::string::npos ? std::string{} : perfdata.substr(0, end);
}

std::string output_of(const PassiveResult& result)
{
  const auto part = [](const std::string& text, std::size_t most, Part which) {
    return escaped(truncate_utf8(to_valid_utf8(text), most, cut_mark), which);
  };
  auto text = part(result.summary, max_nrdp_summary, Part::summary);
  if (!result.perfdata.empty()) {
    text += "|" + escaped(to_valid_utf8(whole_values(result.perfdata)), Part::perfdata);
  }
  if (text.empty()) {
    text = " ";  // an empty first line would be told as no output at all
  }
  if (!result.details.empty()) {
    text += "\n" + part(result.details, max_nrdp_part, Part::details);
  }
  return text;
}

// A host is up or down; whether it is unreachable is for Nagios to say.
int state_of(const PassiveResult& result)
{
  if (result.service.empty()) {
    return result.state == 0 ? 0 : 1;
  }
  return result.state >= 0 && result.state <= 3 ? result.state : 3;
}

Expected<void> checked_name(std::string_view what, std::string_view name)
{
  const auto is_control = [](char letter) { return (letter >= 0 && letter < ' ') || letter == '\x7f'; };
  std::string_view wrong;
  if (name.empty()) {
    wrong = "is empty";
  } else if (name.size() > max_nrdp_name) {
    wrong = "is longer than 1024 bytes";
  } else if (name.find(';') != std::string_view::npos || name.ends_with('\\')) {
    wrong = "has a ';', or a backslash at its end";
  } else if (std::any_of(name.begin(), name.end(), is_control)) {
    wrong = "has a control character";
  } else {
    return {};
  }
  const auto shown = printable(truncate_utf8(to_valid_utf8(name), longest_shown_name, cut_mark), false);
  std::string message{"the name of the "};
  message.append(what).append(" ").append(wrong).append(": \"").append(shown).append("\"");
  return failure(ErrorCode::invalid_input, std::move(message));
}

}  // namespace

std::string nrdp_result(const PassiveResult& result)
{
  const auto* const type = result.service.empty() ? "host" : "service";
  boost::json::object object;
  object["checkresult"] = boost::json::object{{"type", type}, {"checktype", "1"}};
  object["hostname"] = to_valid_utf8(result.host);
  if (!result.service.empty()) {
    object["servicename"] = to_valid_utf8(result.service);
  }
  object["state"] = std::to_string(state_of(result));
  object["output"] = output_of(result);
  return boost::json::serialize(object);
}

Expected<void> check_nrdp_names(const PassiveResult& result)
{
  if (auto host = checked_name("host", result.host); !host) {
    return host;
  }
  return result.service.empty() ? Expected<void>{} : checked_name("service", result.service);
}

}  // namespace muster::bridge
