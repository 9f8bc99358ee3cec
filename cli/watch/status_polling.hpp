// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "libmuster/error.hpp"
#include "libmuster/fleet/fleet_request.hpp"
#include "libmuster/protocol/messages.hpp"

namespace muster::cli {

using fleet::Clock;
using WallClock = std::chrono::sys_time<std::chrono::milliseconds>;

// Both clocks: one to wait by, one to show.
struct Moment {
  Clock::time_point steady;
  WallClock wall;
};

// Asks a collector for its status again and again, and knows how old is what it told. Pure: it is told what
// happened and when, and says what to ask. One question is under way at a time. Which collector: the one that
// was named, else the first by name that is up, as long as it is.
class StatusPolling {
public:
  // From so many problems on nobody reads to the end; the collector's token stands for as many.
  static constexpr std::size_t most_problems = 1000;
  // So much later than due, an answer is missed.
  static constexpr std::chrono::seconds lateness{3};

  struct Settings {
    std::string collector;  // empty: any
    std::chrono::milliseconds every{2000};
    std::chrono::milliseconds patience{10'000};  // with one question, before it is asked anew
    std::size_t brokers = 1;
    protocol::json::object query;  // "check", "select"
  };

  struct Ask {
    std::string collector;
    std::string action;
    protocol::json::object data;
  };

  // A check to tell everything about.
  struct Subject {
    std::string node;
    std::string check;

    bool operator==(const Subject&) const = default;
  };

  // What a collector told, whole; `at` is when it last said that it is still so.
  struct Told {
    protocol::json::object status;
    Moment at;
    std::uint64_t version = 0;  // grows with each change
  };

  // Why there is nothing new, and since when.
  struct Silence {
    WallClock since;
    std::string why;
  };

  StatusPolling(Settings settings, Moment now);

  void on_connected(Moment now);
  void on_lost(const Error& why, Moment now);
  void on_not_allowed(const Error& why);
  void on_presence(const std::string& name, bool up, Moment now);
  void on_roll_call();
  void on_answer(const protocol::Answer& answer, Moment now);

  // Another question from now on: what was told stays until the answer is there.
  void ask_for(protocol::json::object query, Moment now);
  void tell_about(std::optional<Subject> subject, Moment now);
  void pause(bool paused, Moment now);

  // What is to be asked now; asked() must follow with the id and the action.
  std::optional<Ask> next(Moment now);
  void asked(std::string id, std::string action, Moment now);

  // When next() wants to be called again, if nothing happens.
  [[nodiscard]] Clock::time_point next_event() const;

  [[nodiscard]] const std::optional<Told>& told() const { return told_; }

  // Everything about the subject; empty as long as it has not come.
  [[nodiscard]] const protocol::json::object& details() const { return details_; }

  [[nodiscard]] const std::string& collector() const { return collector_; }

  [[nodiscard]] std::optional<Silence> silence(Moment now) const;

  // What the collector has against the present question; empty: nothing.
  [[nodiscard]] const std::string& complaint() const { return complaint_; }

  // Why there is no point in going on: only as long as nothing was told.
  [[nodiscard]] const std::optional<Error>& hopeless() const { return hopeless_; }

private:
  struct Pending {
    std::string id;
    std::string action;
    Clock::time_point since;
  };

  void choose(Moment now);
  void forget_pending(Moment now);
  void take_refusal(const protocol::Answer& answer, bool about_status);
  void take_status(const protocol::json::object& data, Moment now);
  void take_page(const protocol::json::object& data, Moment now);
  void complete(Moment now);
  void give_up(Error why);
  [[nodiscard]] std::string nobody_is_up() const;
  [[nodiscard]] Ask ask_status() const;

  Settings settings_;
  Moment started_;
  bool connected_ = false;
  bool roll_call_ = false;
  bool paused_ = false;
  bool details_due_ = false;
  std::size_t failed_connects_ = 0;
  std::map<std::string, bool> collectors_;  // whether they are up
  std::string collector_;                   // that is asked; empty: nobody is there
  std::string why_;                         // there was no answer
  std::string complaint_;
  std::optional<Pending> pending_;
  Clock::time_point next_ask_{};
  protocol::json::object partial_;  // the pages so far
  std::string token_;
  std::optional<Told> told_;
  std::optional<Subject> subject_;
  protocol::json::object details_;
  std::optional<Error> hopeless_;
};

}  // namespace muster::cli
