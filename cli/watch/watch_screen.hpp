// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <optional>
#include <string>

#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>

#include "cli/output/output_options.hpp"
#include "cli/watch/alternate_screen.hpp"
#include "cli/watch/keys.hpp"
#include "cli/watch/watch_frame.hpp"
#include "cli/watch/watch_session.hpp"

namespace muster::cli {

// Shows on the terminal what a WatchSession knows, and hears the keys. It takes the terminal when there is
// something to show, and gives it back when it is destroyed, at the latest. One thread, that of the session,
// which must outlive it.
class WatchScreen {
public:
  // `query_of` makes the question out of the words of the filter that are for the collector.
  using QueryOf = std::function<Expected<protocol::json::object>(const std::string& combined)>;

  WatchScreen(WatchSession& session, OutputOptions options, QueryOf query_of);

  // As often as there may be something new.
  void draw();

  // The terminal as it was.
  void leave();

private:
  void take_terminal();
  void hear_keys();
  void hear_rest_later();
  void hear_signals();
  void stop_for_a_while();
  void read_keys();
  void press(const std::vector<Key>& keys);
  void apply_filter();
  void fulfil(Wish wish);
  [[nodiscard]] WatchPicture picture(Moment now) const;

  WatchSession& session_;
  OutputOptions options_;
  QueryOf query_of_;
  std::optional<AlternateScreen> screen_;
  boost::asio::posix::stream_descriptor input_;
  boost::asio::signal_set signals_;
  boost::asio::steady_timer rest_;
  KeyReader keys_;
  WatchView view_;
  WatchGround ground_;
  std::string wrong_filter_;  // why the filter that was typed is none
};

}  // namespace muster::cli
