// SPDX-License-Identifier: Apache-2.0
#include "libmuster/fleet_check/arguments.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <getopt.h>
#include <utility>

#include "libmuster/model/decimal.hpp"

namespace muster::fleet_check {

namespace {

// What has no letter.
constexpr int config_option = 256;
constexpr int strict_option = 257;

// '+': words that are no options are not moved behind the others; ':': a missing value is told apart.
constexpr const char* letters = "+:k:w:c:H:I:F:C:A:W:S:T:t:a:hV";

constexpr std::array long_options{
    option{"check", required_argument, nullptr, 'k'},
    option{"warning", required_argument, nullptr, 'w'},
    option{"critical", required_argument, nullptr, 'c'},
    option{"hostname", required_argument, nullptr, 'H'},
    option{"with-identity", required_argument, nullptr, 'I'},
    option{"with-fact", required_argument, nullptr, 'F'},
    option{"with-class", required_argument, nullptr, 'C'},
    option{"with-agent", required_argument, nullptr, 'A'},
    option{"with", required_argument, nullptr, 'W'},
    option{"select", required_argument, nullptr, 'S'},
    option{"target", required_argument, nullptr, 'T'},
    option{"timeout", required_argument, nullptr, 't'},
    option{"args", required_argument, nullptr, 'a'},
    option{"config", required_argument, nullptr, config_option},
    option{"strict", no_argument, nullptr, strict_option},
    option{"help", no_argument, nullptr, 'h'},
    option{"version", no_argument, nullptr, 'V'},
    option{nullptr, 0, nullptr, 0}};

std::string name_of(int letter)
{
  if (letter == config_option) {
    return "--config";
  }
  return letter == strict_option ? "--strict" : std::string{"-"} + static_cast<char>(letter);
}

std::vector<std::string>* list_of(int letter, client::NodeChoice& nodes)
{
  switch (letter) {
  case 'H':
  case 'I':
    return &nodes.identities;
  case 'F':
    return &nodes.facts;
  case 'C':
    return &nodes.classes;
  case 'A':
    return &nodes.agents;
  case 'W':
    return &nodes.combined;
  case 'S':
    return &nodes.compounds;
  default:
    return nullptr;
  }
}

Expected<void> take_timeout(const std::string& text, Arguments& arguments)
{
  constexpr double longest_s = std::chrono::duration<double>{Arguments::longest_timeout}.count();
  const auto seconds = parse_decimal(text);
  if (!seconds || !(*seconds > 0.0 && *seconds <= longest_s)) {
    return failure(ErrorCode::invalid_input, "-t: expected seconds, more than 0 and at most 3600");
  }
  arguments.timeout = std::chrono::milliseconds{std::llround(std::ceil(*seconds * 1000.0))};
  return {};
}

Expected<void> take_threshold(int letter, const std::string& text, std::optional<CountThreshold>& threshold)
{
  auto read = parse_count_threshold(name_of(letter), text);
  if (!read) {
    return tl::unexpected{std::move(read.error())};
  }
  threshold = *read;
  return {};
}

Expected<void> take(int letter, const std::string& value, Arguments& arguments)
{
  if (auto* list = list_of(letter, arguments.nodes)) {
    list->push_back(value);
    return {};
  }
  switch (letter) {
  case 'k':
    arguments.check = value;
    return {};
  case 'T':
    arguments.nodes.collective = value;
    return {};
  case 'w':
    return take_threshold(letter, value, arguments.thresholds.warning);
  case 'c':
    return take_threshold(letter, value, arguments.thresholds.critical);
  case 't':
    return take_timeout(value, arguments);
  case 'a':
    arguments.check_arguments.push_back(value);
    return {};
  case config_option:
    arguments.config = value;
    return {};
  default:
    arguments.strict = true;
    return {};
  }
}

bool is_blank(const std::string& text)
{
  return text.find_first_not_of(" \t") == std::string::npos;
}

tl::unexpected<Error> wrong(const std::string& what)
{
  return failure(ErrorCode::invalid_input, what + "; check_mco -h explains it");
}

// getopt_long over words of our own.
class OptionReader {
public:
  explicit OptionReader(std::vector<std::string> words) : words_{std::move(words)}
  {
    words_.insert(words_.begin(), "check_mco");
    for (auto& word : words_) {
      pointers_.push_back(word.data());
    }
    pointers_.push_back(nullptr);
    optind = 0;  // GNU: begin anew
    opterr = 0;
  }

  // -1 at the end.
  int next()
  {
    // NOLINTNEXTLINE(concurrency-mt-unsafe): read once, before there is a second thread
    return ::getopt_long(
        static_cast<int>(words_.size()), pointers_.data(), letters, long_options.data(), nullptr);
  }

  [[nodiscard]] static std::string value() { return optarg == nullptr ? "" : optarg; }

  // The words that have not been looked at.
  [[nodiscard]] std::vector<std::string> rest() const { return {words_.begin() + optind, words_.end()}; }

  [[nodiscard]] tl::unexpected<Error> not_understood(int got) const
  {
    const auto& word = words_.at(static_cast<std::size_t>(std::max(optind - 1, 0)));
    const bool is_letter = optopt > 0 && optopt < config_option && !word.starts_with("--");
    const auto name = client::in_quotes(is_letter ? name_of(optopt) : word);
    return wrong(got == ':' ? "option " + name + " needs a value" : "unknown option " + name);
  }

private:
  std::vector<std::string> words_;
  std::vector<char*> pointers_;
};

Expected<void> check_whole(const Arguments& arguments)
{
  if (arguments.check.empty()) {
    return wrong("which check? name one with -k, such as -k check_load");
  }
  const auto& words = arguments.check_arguments;
  if (std::any_of(words.begin(), words.end(), [](const std::string& word) { return word.empty(); })) {
    return wrong("-a: an argument must not be empty: nrpe takes the next one in its place");
  }
  return {};
}

// -h or -V, wherever it stands before the arguments of the check.
std::optional<Arguments::Wanted> only_told(const std::vector<std::string>& words)
{
  OptionReader reader{words};
  for (int got = reader.next(); got != -1 && got != 'a'; got = reader.next()) {
    if (got == 'h' || got == 'V') {
      return got == 'h' ? Arguments::Wanted::help : Arguments::Wanted::version;
    }
  }
  return std::nullopt;
}

}  // namespace

Expected<Arguments> read_arguments(std::vector<std::string> words)
{
  Arguments arguments;
  if (const auto told = only_told(words)) {
    arguments.wanted = *told;
    return arguments;
  }
  OptionReader reader{std::move(words)};
  int got = reader.next();
  for (; got != -1 && got != 'a'; got = reader.next()) {
    if (got == '?' || got == ':') {
      return reader.not_understood(got);
    }
    const auto value = OptionReader::value();
    if (got != strict_option && is_blank(value)) {
      return wrong(name_of(got) + ": expected something, and got nothing");
    }
    if (const auto taken = take(got, value, arguments); !taken) {
      return tl::unexpected{taken.error()};
    }
  }
  auto rest = reader.rest();
  if (got == 'a') {
    rest.insert(rest.begin(), OptionReader::value());
    arguments.check_arguments = std::move(rest);
  } else if (!rest.empty()) {
    return wrong(
        "what is " + client::in_quotes(rest.front()) + "? a check is named with -k, its arguments with -a");
  }
  if (const auto whole = check_whole(arguments); !whole) {
    return tl::unexpected{whole.error()};
  }
  return arguments;
}

}  // namespace muster::fleet_check
