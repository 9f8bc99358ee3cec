// SPDX-License-Identifier: Apache-2.0
#include "nagios-bridge/nrdp/nrdp_sink.hpp"

#include <utility>

#include "nagios-bridge/nrdp/nrdp_session.hpp"

namespace muster::bridge {

NrdpSink::NrdpSink(boost::asio::any_io_executor executor, NrdpSettings settings, Feed& feed)
    : session_{std::make_shared<NrdpSession>(std::move(executor), std::move(settings), feed)}
{}

NrdpSink::~NrdpSink()
{
  session_->stop();
}

Expected<void> NrdpSink::start()
{
  session_->start();
  return {};
}

void NrdpSink::wake()
{
  session_->wake();
}

void NrdpSink::stop()
{
  session_->stop();
}

SinkState NrdpSink::state() const
{
  return session_->state();
}

MakeSink read_nrdp_sink(runtime::SettingsReader& reader, const std::filesystem::path& folder)
{
  return [settings =
              read_nrdp_settings(reader, folder)](const SinkPlace& place) -> Expected<std::unique_ptr<Sink>> {
    return std::make_unique<NrdpSink>(place.executor, settings, place.feed);
  };
}

}  // namespace muster::bridge
