// SPDX-License-Identifier: Apache-2.0
#include "nagios-bridge/worker/command_words.hpp"

#include <cctype>
#include <optional>

namespace muster::bridge {

namespace {

class Splitter {
public:
  explicit Splitter(std::string_view line) : rest_{line} {}

  Expected<std::vector<std::string>> run()
  {
    while (!rest_.empty() && !trouble_) {
      step(take());
    }
    end_word();
    if (trouble_) {
      return failure(ErrorCode::invalid_input, *trouble_);
    }
    return std::move(words_);
  }

private:
  char take()
  {
    const char letter = rest_.front();
    rest_.remove_prefix(1);
    return letter;
  }

  void step(char letter)
  {
    if (letter == ' ' || letter == '\t') {
      end_word();
    } else if (letter == '\'') {
      take_plain_quote();
    } else if (letter == '"') {
      take_double_quote();
    } else if (letter == '\\') {
      take_escaped();
    } else if (needs_shell(letter)) {
      refuse(letter);
    } else {
      add(letter);
    }
  }

  void take_plain_quote()
  {
    const auto end = rest_.find('\'');
    if (end == std::string_view::npos) {
      trouble_ = "a quote (') that is not closed";
      return;
    }
    open_word() += rest_.substr(0, end);
    rest_.remove_prefix(end + 1);
  }

  void take_double_quote()
  {
    open_word();
    while (!rest_.empty() && !trouble_) {
      const char letter = take();
      if (letter == '"') {
        return;
      }
      if (letter == '`' || begins_expansion(letter)) {
        refuse(letter);
      } else if (letter == '\\' && !rest_.empty() && is_escaped_in_quotes(rest_.front())) {
        add(take());
      } else {
        add(letter);
      }
    }
    if (!trouble_) {
      trouble_ = "a quote (\") that is not closed";
    }
  }

  void take_escaped()
  {
    if (rest_.empty() || rest_.front() == '\n') {
      trouble_ = "a backslash with nothing behind it";
      return;
    }
    add(take());
  }

  [[nodiscard]] static bool is_escaped_in_quotes(char letter)
  {
    return std::string_view{"\"\\$`"}.find(letter) != std::string_view::npos;
  }

  // A dollar with nothing behind it that could be a name stays one: /^web$/.
  [[nodiscard]] bool begins_expansion(char letter) const
  {
    if (letter != '$' || rest_.empty()) {
      return false;
    }
    const char next = rest_.front();
    return std::isalnum(static_cast<unsigned char>(next)) != 0 ||
           std::string_view{"_{(@*#?$!-"}.find(next) != std::string_view::npos;
  }

  [[nodiscard]] bool needs_shell(char letter) const
  {
    // ~:5 is a range, and no home.
    const bool is_home = letter == '~' && !rest_.starts_with(':');
    return (!word_ && (letter == '#' || is_home)) || begins_expansion(letter) || letter == '\0' ||
           std::string_view{"|&;<>()`*?[\n\r"}.find(letter) != std::string_view::npos;
  }

  void refuse(char letter)
  {
    const bool visible = std::isprint(static_cast<unsigned char>(letter)) != 0;
    trouble_ = visible ? std::string{letter} + " outside of quotes" : "a control character";
  }

  std::string& open_word()
  {
    if (!word_) {
      word_.emplace();
    }
    return *word_;
  }

  void add(char letter) { open_word() += letter; }

  void end_word()
  {
    if (word_) {
      words_.push_back(std::move(*word_));
      word_.reset();
    }
  }

  std::string_view rest_;
  std::vector<std::string> words_;
  std::optional<std::string> word_;  // that is being read; '' is one, too
  std::optional<std::string> trouble_;
};

}  // namespace

Expected<std::vector<std::string>> command_words(std::string_view line)
{
  return Splitter{line}.run();
}

}  // namespace muster::bridge
