// SPDX-License-Identifier: Apache-2.0
#include "collector/notify/mail_message.hpp"

#include <algorithm>
#include <array>
#include <ctime>

#include "libmuster/model/utf8.hpp"

namespace muster::collector {

namespace {

constexpr std::size_t longest_line = 76;     // of quoted-printable (RFC 2045, 6.7)
constexpr std::size_t bytes_of_a_word = 39;  // of text in one encoded word: 52 of base64, 75 is the limit
constexpr std::string_view hex_digits = "0123456789ABCDEF";

bool is_plain(std::string_view text)
{
  return std::all_of(text.begin(), text.end(), [](char letter) { return letter >= ' ' && letter < '\x7f'; });
}

std::string base64(std::string_view bytes)
{
  constexpr std::string_view digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text;
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    const auto at = [&](std::size_t place) {
      return i + place < bytes.size() ? static_cast<unsigned char>(bytes[i + place]) : 0U;
    };
    const auto group = (at(0) << 16U) | (at(1) << 8U) | at(2);
    const auto letters = std::min<std::size_t>(bytes.size() - i, 3) + 1;
    for (std::size_t letter = 0; letter < 4; ++letter) {
      text += letter < letters ? digits[(group >> (18U - 6U * letter)) & 63U] : '=';
    }
  }
  return text;
}

// Of whole characters, so that each word can be read by itself.
std::string encoded_words(std::string_view text)
{
  std::string words;
  while (!text.empty()) {
    const auto part = truncate_utf8(text, bytes_of_a_word, "");
    words += words.empty() ? "=?UTF-8?B?" : "\n =?UTF-8?B?";
    words += base64(part) + "?=";
    text.remove_prefix(part.size());
  }
  return words;
}

// A long line without encoded words is folded by nobody; 998 is the limit, and a title is shorter.
std::string subject(const std::string& title)
{
  const auto line = printable(title, false);
  return is_plain(line) ? line : encoded_words(line);
}

void append_quoted(std::string& text, unsigned char byte)
{
  text += '=';
  text += hex_digits[byte >> 4U];
  text += hex_digits[byte & 15U];
}

std::string quoted_line(std::string_view line)
{
  std::string text;
  std::size_t column = 0;
  for (std::size_t i = 0; i < line.size(); ++i) {
    const auto byte = static_cast<unsigned char>(line[i]);
    // A dot and "From " at the beginning of a line mean something to programs on the way.
    const bool at_border = i == 0 && (byte == '.' || byte == 'F');
    const bool is_safe = byte >= ' ' && byte < 0x7f && byte != '=' && !at_border;
    const bool is_last_blank = byte == ' ' && i + 1 == line.size();
    const std::size_t needs = is_safe && !is_last_blank ? 1 : 3;
    if (column + needs > longest_line - 1) {
      text += "=\n";
      column = 0;
    }
    if (needs == 1) {
      text += line[i];
    } else {
      append_quoted(text, byte);
    }
    column += needs;
  }
  return text;
}

std::string quoted_printable(std::string_view text)
{
  std::string quoted;
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size());
    quoted += quoted_line(text.substr(0, end)) + '\n';
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return quoted;
}

// "Sun, 22 Nov 2026 19:16:31 +0000", whatever the locale is.
std::string date_text(Time now)
{
  constexpr std::array days{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  constexpr std::array months{
      "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const auto seconds = std::chrono::system_clock::to_time_t(now);
  std::tm parts{};
  ::gmtime_r(&seconds, &parts);
  std::array<char, 40> rest{};
  const auto* day = days.at(static_cast<std::size_t>(parts.tm_wday));
  const auto* month = months.at(static_cast<std::size_t>(parts.tm_mon));
  std::snprintf(
      rest.data(),
      rest.size(),
      "%s, %02d %s %d %02d:%02d:%02d +0000",
      day,
      parts.tm_mday,
      month,
      parts.tm_year + 1900,
      parts.tm_hour,
      parts.tm_min,
      parts.tm_sec);
  return rest.data();
}

std::string host_of(const std::string& collector)
{
  const auto at = collector.find('@');
  return at == std::string::npos ? "localhost" : collector.substr(at + 1);
}

}  // namespace

bool is_mail_address(std::string_view address)
{
  constexpr std::string_view specials = "()<>[]:;,\\\" ";
  const auto is_fine = [&](char letter) {
    return letter > ' ' && letter < '\x7f' && specials.find(letter) == std::string_view::npos;
  };
  const auto at = address.find('@');
  return !address.empty() && address.front() != '-' && std::all_of(address.begin(), address.end(), is_fine) &&
         at != 0 && address.back() != '@' && (at == std::string_view::npos || at == address.rfind('@'));
}

std::string mail_message(
    const Notification& notification, const Receiver& receiver, Time now, std::string_view unique)
{
  std::string message;
  const auto header = [&message](std::string_view name, std::string_view value) {
    message.append(name).append(": ").append(value).append("\n");
  };
  header("From", "Muster <" + (receiver.from.empty() ? notification.collector : receiver.from) + ">");
  header("To", receiver.to);
  header("Subject", subject(notification.title));
  header("Date", date_text(now));
  header("Message-ID", "<" + std::string{unique} + "@" + host_of(notification.collector) + ">");
  header("Auto-Submitted", "auto-generated");
  header("MIME-Version", "1.0");
  header("Content-Type", "text/plain; charset=utf-8");
  header("Content-Transfer-Encoding", "quoted-printable");
  header("X-Muster-Receiver", notification.receiver);
  if (notification.worst) {
    header("X-Muster-State", to_string(*notification.worst));
  }
  return message + "\n" + quoted_printable(notification.text);
}

}  // namespace muster::collector
