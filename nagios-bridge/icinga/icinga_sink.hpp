// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <memory>

#include <boost/asio/any_io_executor.hpp>

#include "nagios-bridge/icinga/icinga_settings.hpp"
#include "nagios-bridge/sinks/feed.hpp"
#include "nagios-bridge/sinks/sink.hpp"
#include "nagios-bridge/sinks/sink_kind.hpp"

namespace muster::bridge {

class IcingaSession;

// The way to an Icinga 2, over its REST API. A result counts as handed over when Icinga has answered, and as
// safe when Icinga has lived on for long enough to have written it to its disk (SafePlace). When it has died
// before that, each object is asked for what Icinga has of it, and what is missing is told again, in order.
class IcingaSink final : public Sink {
public:
  IcingaSink(boost::asio::any_io_executor executor, IcingaSettings settings, Feed& feed);
  IcingaSink(const IcingaSink&) = delete;
  IcingaSink& operator=(const IcingaSink&) = delete;
  IcingaSink(IcingaSink&&) = delete;
  IcingaSink& operator=(IcingaSink&&) = delete;
  ~IcingaSink() override;

  Expected<void> start() override;
  void wake() override;
  void stop() override;
  [[nodiscard]] SinkState state() const override;

private:
  std::shared_ptr<IcingaSession> session_;  // what waits for Icinga keeps it alive beyond stop()
};

// The kind `icinga2` (ReadSink).
MakeSink read_icinga_sink(runtime::SettingsReader& reader, const std::filesystem::path& folder);

}  // namespace muster::bridge
