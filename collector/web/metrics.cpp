// SPDX-License-Identifier: Apache-2.0
#include "collector/web/metrics.hpp"

#include <algorithm>
#include <functional>
#include <utility>

#include "libmuster/model/utf8.hpp"

namespace muster::collector::web {

namespace {

constexpr std::array<std::string_view, 4> states{"ok", "warning", "critical", "unknown"};

// A fleet has some dozens; a node that makes names up shall not fill a Prometheus.
constexpr std::size_t most_checks = 2000;

using CheckCounts = std::map<std::string, std::array<std::uint64_t, 4>>;
using Labels = std::initializer_list<std::pair<std::string_view, std::string_view>>;

void append_label_value(std::string& text, std::string_view value)
{
  for (const char letter : value) {
    if (letter == '"' || letter == '\\') {
      text += '\\';
    }
    text += letter;
  }
}

// One family after the other.
class Families {
public:
  explicit Families(MetricsFormat format) : format_{format} {}

  void gauge(std::string_view name, std::string_view help)
  {
    name_ = name;
    describe(name, "gauge", help);
  }

  void counter(std::string_view name, std::string_view help)
  {
    name_ = name;
    name_ += "_total";
    describe(format_ == MetricsFormat::open_metrics ? name : std::string_view{name_}, "counter", help);
  }

  void sample(Labels labels, std::uint64_t value)
  {
    text_ += name_;
    char before = '{';
    for (const auto& [label, text] : labels) {
      text_ += before;
      text_ += label;
      text_ += "=\"";
      append_label_value(text_, text);
      text_ += '"';
      before = ',';
    }
    text_ += labels.size() == 0 ? " " : "} ";
    text_ += std::to_string(value);
    text_ += '\n';
  }

  std::string end()
  {
    text_ += "# EOF\n";
    return std::move(text_);
  }

private:
  void describe(std::string_view name, std::string_view type, std::string_view help)
  {
    for (const auto& [word, rest] : {std::pair{"# HELP ", help}, std::pair{"# TYPE ", type}}) {
      text_ += word;
      text_ += name;
      text_ += ' ';
      text_ += rest;
      text_ += '\n';
    }
  }

  MetricsFormat format_;
  std::string name_;
  std::string text_;
};

void put_counts(Families& families, const FleetCounts& counts)
{
  families.gauge("muster_nodes", "Nodes by what their presence says");
  families.sample({{"status", "up"}}, counts.up);
  families.sample({{"status", "stopped"}}, counts.stopped);
  families.sample({{"status", "gone"}}, counts.gone);
  families.sample({{"status", "unseen"}}, counts.unseen);
  families.gauge("muster_services", "Checks of nodes by state");
  for (std::size_t state = 0; state < states.size(); ++state) {
    families.sample({{"state", states.at(state)}}, counts.services.at(state));
  }
  families.gauge("muster_services_need_somebody", "Problems neither acknowledged nor expected, by state");
  for (std::size_t state = 1; state < states.size(); ++state) {
    families.sample({{"state", states.at(state)}}, counts.need_somebody.at(state));
  }
  families.gauge("muster_nodes_need_somebody", "Nodes that are not up, neither acknowledged nor expected");
  families.sample({}, counts.nodes_need_somebody);
}

// Two names that are printed alike would be one series twice, for which a whole scrape is thrown away.
CheckCounts by_printed_name(const CheckCounts& checks)
{
  CheckCounts printed;
  for (const auto& [check, by_state] : checks) {
    auto& sum = printed[printable(check, false)];
    std::transform(sum.begin(), sum.end(), by_state.begin(), sum.begin(), std::plus<>{});
    if (printed.size() == most_checks) {
      break;
    }
  }
  return printed;
}

void put_checks(Families& families, const MetricsInput& input)
{
  families.gauge("muster_checks", "Checks that the fleet gave results of");
  families.sample({}, input.checks.size());
  families.gauge("muster_check_services", "Nodes that gave results of a check, by its state there");
  for (const auto& [check, by_state] : by_printed_name(input.checks)) {
    for (std::size_t state = 0; state < states.size(); ++state) {
      families.sample({{"check", check}, {"state", states.at(state)}}, by_state.at(state));
    }
  }
}

void put_health(Families& families, const CollectorHealth& health)
{
  using std::chrono::duration_cast;
  using std::chrono::seconds;
  const auto started = duration_cast<seconds>(health.started.time_since_epoch()).count();
  families.gauge("muster_collector_info", "The collector");
  families.sample({{"version", MUSTER_VERSION}}, 1);
  families.gauge("muster_collector_start_time_seconds", "When it started, seconds since 1970");
  families.sample({}, static_cast<std::uint64_t>(started));
  families.gauge("muster_collector_connected", "Whether it has its broker");
  families.sample({}, health.connected ? 1 : 0);
  families.gauge("muster_collector_state", "Of its check of itself: 0 OK, 1 WARNING, 2 CRITICAL, 3 UNKNOWN");
  families.sample({}, static_cast<std::uint64_t>(health.state));
  families.gauge("muster_collector_stores", "Whether results can be stored");
  families.sample({}, health.stores ? 1 : 0);
  families.gauge("muster_collector_asks", "Whether it runs the schedules; of several collectors one does");
  families.sample({}, health.asks ? 1 : 0);
  families.gauge("muster_collector_problems", "What is wrong with it; /healthz has the sentences");
  families.sample({}, health.problems.size());
}

void put_work(Families& families, const CollectorHealth& health)
{
  families.counter(
      "muster_collector_results", "Check results, as they were published or fetched from a node");
  families.sample({{"way", "published"}}, health.results_taken);
  families.sample({{"way", "replayed"}}, health.results_replayed);
  families.counter("muster_collector_gaps", "Gaps in the results of a node that could not be filled");
  families.sample({}, health.gaps);
  families.counter("muster_collector_rejected_messages", "Messages that broke the protocol");
  families.sample({}, health.rejected);
  families.counter("muster_collector_history_written", "Results written to the history");
  families.sample({}, health.history_written);
  families.counter("muster_collector_history_dropped", "Results that the history had no room for");
  families.sample({}, health.history_dropped);
  families.gauge("muster_collector_history_waiting", "Results that wait for the history");
  families.sample({}, health.history_waiting);
  families.counter("muster_collector_schedule_missed", "Turns that the schedule could not take");
  families.sample({}, health.schedule_missed);
}

void put_notifications(Families& families, const CollectorHealth& health)
{
  families.gauge("muster_collector_notify_waiting", "Events that receivers are still to be told of");
  families.sample({}, health.notify_waiting);
  families.counter("muster_collector_notify_deliveries", "Tries to deliver a notification, by their end");
  families.sample({{"outcome", "delivered"}}, health.notify_delivered);
  families.sample({{"outcome", "failed"}}, health.notify_failed);
  families.counter("muster_collector_notify_lost", "Events that no try will be made for any more");
  families.sample({}, health.notify_lost);
}

}  // namespace

MetricsFormat metrics_format(std::string_view accept)
{
  return accept.find("application/openmetrics-text") == std::string_view::npos ? MetricsFormat::prometheus
                                                                               : MetricsFormat::open_metrics;
}

std::string_view content_type(MetricsFormat format)
{
  return format == MetricsFormat::open_metrics ? "application/openmetrics-text; version=1.0.0; charset=utf-8"
                                               : "text/plain; version=0.0.4; charset=utf-8";
}

std::string metrics_text(const MetricsInput& input, MetricsFormat format)
{
  Families families{format};
  put_counts(families, input.counts);
  put_checks(families, input);
  put_health(families, input.health);
  put_work(families, input.health);
  put_notifications(families, input.health);
  return families.end();
}

}  // namespace muster::collector::web
