// SPDX-License-Identifier: Apache-2.0
#include "checkagent/nrpe_listener.hpp"

#include <utility>

#include "checkagent/nrpe_desk.hpp"
#include "libmuster/model/utf8.hpp"
#include "libmuster/runtime/log.hpp"

namespace muster::checkagent {

namespace log = runtime::log;

NrpeListener::NrpeListener(
    boost::asio::any_io_executor executor,
    NrpeListenerSettings settings,
    std::string node,
    RunLimits limits,
    NrpeAgent& agent,
    node::AuditTrail& audit)
    : executor_{std::move(executor)},
      settings_{std::move(settings)},
      node_{std::move(node)},
      agent_{agent},
      desk_{std::make_shared<NrpeDesk>(settings_.arguments, limits, agent, audit)}
{}

NrpeListener::~NrpeListener() = default;

std::vector<runtime::FileStamp> NrpeListener::stamps() const
{
  std::vector<runtime::FileStamp> stamps;
  for (const auto& file : files_) {
    stamps.push_back(runtime::stamp_of(file));
  }
  return stamps;
}

void NrpeListener::look()
{
  const auto& directives = agent_.commands().settings.listener;
  if (!listener_ || directives_ != directives || stamps_ != stamps()) {
    open(directives);
  }
}

// A listener that is open stays so if the new one cannot be.
void NrpeListener::open(const std::map<std::string, std::string>& directives)
{
  directives_ = directives;
  auto plan = plan_listener(settings_, directives, node_);
  if (!plan) {
    fail(plan.error().message);
    return;
  }
  const auto& tls = plan->options.tls;
  files_ = tls ? std::vector{tls->certificate, tls->key, tls->client_ca} : decltype(files_){};
  std::erase_if(files_, [](const auto& file) { return file.empty(); });
  stamps_ = stamps();
  if (tls) {
    if (const auto sound = nrpe_server::Tls::make(*tls); !sound) {
      fail(sound.error().message);
      return;
    }
  }
  listener_.reset();  // two cannot have one port
  auto opened = nrpe_server::Listener::open(executor_, plan->options, handlers_of(desk_));
  if (!opened) {
    fail(opened.error().message);
    return;
  }
  listener_ = std::move(*opened);
  tell(*plan);
}

void NrpeListener::fail(const std::string& why)
{
  std::vector<std::string> health{
      "nrpe_listener: " + why + (listener_ ? "; it goes on as before" : "; nobody is served")};
  if (health != health_) {
    log::warning(health.front());
    health_ = std::move(health);
  }
}

void NrpeListener::tell(const ListenerPlan& plan)
{
  health_.clear();
  for (const auto& warning : plan.warnings) {
    health_.push_back("nrpe_listener: " + printable(warning, false));
    log::warning(health_.back());
  }
  for (const auto& place : listener_->places()) {
    log::info("nrpe_listener: waits for check_nrpe at " + place + (plan.options.tls ? "" : ", in the clear"));
  }
}

}  // namespace muster::checkagent
