// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <memory>

#include <boost/asio/any_io_executor.hpp>

#include "nagios-bridge/nrdp/nrdp_settings.hpp"
#include "nagios-bridge/sinks/sink_kind.hpp"

namespace muster::bridge {

class NrdpSession;

// The way to an NRDP server. A result counts as safe when the server says that it was processed, which is
// when it has written a file for Nagios; what may be lost after that stands in docs/nagios-bridge.md.
class NrdpSink final : public Sink {
public:
  NrdpSink(boost::asio::any_io_executor executor, NrdpSettings settings, Feed& feed);
  NrdpSink(const NrdpSink&) = delete;
  NrdpSink& operator=(const NrdpSink&) = delete;
  NrdpSink(NrdpSink&&) = delete;
  NrdpSink& operator=(NrdpSink&&) = delete;
  ~NrdpSink() override;

  Expected<void> start() override;
  void wake() override;
  void stop() override;
  [[nodiscard]] SinkState state() const override;

private:
  std::shared_ptr<NrdpSession> session_;  // what waits for the server keeps it alive beyond stop()
};

// The kind `nrdp` (ReadSink).
MakeSink read_nrdp_sink(runtime::SettingsReader& reader, const std::filesystem::path& folder);

}  // namespace muster::bridge
