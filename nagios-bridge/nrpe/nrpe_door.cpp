// SPDX-License-Identifier: Apache-2.0
#include "nagios-bridge/nrpe/nrpe_door.hpp"

#include <utility>

#include "libmuster/runtime/log.hpp"
#include "nagios-bridge/nrpe/nrpe_desk.hpp"

namespace muster::bridge {

namespace log = runtime::log;

std::string place_of(const NrpeDoorSettings& settings)
{
  std::string addresses;
  for (const auto& address : settings.options.addresses) {
    addresses += (addresses.empty() ? "" : ", ") + address;
  }
  return (addresses.empty() ? "" : addresses + " ") + "port " + std::to_string(settings.options.port);
}

Expected<void> check_files(const NrpeDoorSettings& settings)
{
  if (!settings.options.tls) {
    return {};
  }
  const auto sound = nrpe_server::Tls::make(*settings.options.tls);
  return sound ? Expected<void>{} : tl::unexpected{sound.error()};
}

NrpeDoor::NrpeDoor(boost::asio::any_io_executor executor, NrpeDoorSettings settings, AskingSession& session)
    : executor_{std::move(executor)}, settings_{std::move(settings)}, session_{session}
{}

std::vector<runtime::FileStamp> NrpeDoor::stamps() const
{
  std::vector<runtime::FileStamp> stamps;
  if (const auto& tls = settings_.options.tls) {
    for (const auto& file : {tls->certificate, tls->key, tls->client_ca}) {
      stamps.push_back(runtime::stamp_of(file));
    }
  }
  return stamps;
}

void NrpeDoor::look()
{
  if (listener_ && stamps_ == stamps()) {
    return;
  }
  stamps_ = stamps();
  const auto opened = open();
  const auto state = listener_ ? "; it goes on as before" : "; nobody is served";
  const auto trouble = opened
                           ? std::string{}
                           : "nrpe_listeners, " + place_of(settings_) + ": " + opened.error().message + state;
  if (trouble != trouble_ && !trouble.empty()) {
    log::warning(trouble);
  }
  trouble_ = trouble;
}

Expected<void> NrpeDoor::open()
{
  if (auto sound = check_files(settings_); !sound) {
    return sound;
  }
  listener_.reset();  // two cannot have one port
  const auto desk = std::make_shared<NrpeDesk>(settings_.rules, settings_.timeout, session_);
  auto opened = nrpe_server::Listener::open(executor_, settings_.options, handlers_of(desk));
  if (!opened) {
    return tl::unexpected{opened.error()};
  }
  listener_ = std::move(*opened);
  for (const auto& place : listener_->places()) {
    log::info(
        "nrpe_listeners: waits for check_nrpe at " + place + (settings_.options.tls ? "" : ", in the clear"));
  }
  return {};
}

}  // namespace muster::bridge
