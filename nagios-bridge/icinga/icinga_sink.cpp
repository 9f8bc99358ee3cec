// SPDX-License-Identifier: Apache-2.0
#include "nagios-bridge/icinga/icinga_sink.hpp"

#include <utility>

#include "nagios-bridge/icinga/icinga_session.hpp"

namespace muster::bridge {

IcingaSink::IcingaSink(boost::asio::any_io_executor executor, IcingaSettings settings, Feed& feed)
    : session_{std::make_shared<IcingaSession>(std::move(executor), std::move(settings), feed)}
{}

IcingaSink::~IcingaSink()
{
  session_->stop();
}

Expected<void> IcingaSink::start()
{
  session_->start();
  return {};
}

void IcingaSink::wake()
{
  session_->wake();
}

void IcingaSink::stop()
{
  session_->stop();
}

SinkState IcingaSink::state() const
{
  return session_->state();
}

MakeSink read_icinga_sink(runtime::SettingsReader& reader, const std::filesystem::path& folder)
{
  return [settings = read_icinga_settings(reader, folder)](
             const SinkPlace& place) -> Expected<std::unique_ptr<Sink>> {
    return std::make_unique<IcingaSink>(place.executor, settings, place.feed);
  };
}

}  // namespace muster::bridge
