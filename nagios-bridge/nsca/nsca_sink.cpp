// SPDX-License-Identifier: Apache-2.0
#include "nagios-bridge/nsca/nsca_sink.hpp"

#include <utility>

#include "nagios-bridge/nsca/nsca_session.hpp"

namespace muster::bridge {

NscaSink::NscaSink(boost::asio::any_io_executor executor, NscaSettings settings, Feed& feed)
    : session_{std::make_shared<NscaSession>(std::move(executor), std::move(settings), feed)}
{}

NscaSink::~NscaSink()
{
  session_->stop();
}

Expected<void> NscaSink::start()
{
  session_->start();
  return {};
}

void NscaSink::wake()
{
  session_->wake();
}

void NscaSink::stop()
{
  session_->stop();
}

SinkState NscaSink::state() const
{
  return session_->state();
}

MakeSink read_nsca_sink(runtime::SettingsReader& reader, const std::filesystem::path& folder)
{
  return [settings =
              read_nsca_settings(reader, folder)](const SinkPlace& place) -> Expected<std::unique_ptr<Sink>> {
    return std::make_unique<NscaSink>(place.executor, settings, place.feed);
  };
}

}  // namespace muster::bridge
