// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <memory>

#include <boost/asio/any_io_executor.hpp>

#include "nagios-bridge/nsca/nsca_settings.hpp"
#include "nagios-bridge/sinks/sink_kind.hpp"

namespace muster::bridge {

class NscaSession;

// The way to an NSCA daemon, for sites that have nothing better. NSCA acknowledges nothing; what counts as
// safe, and what may be lost all the same, stands in nsca_course.hpp and docs/nagios-bridge.md.
class NscaSink final : public Sink {
public:
  NscaSink(boost::asio::any_io_executor executor, NscaSettings settings, Feed& feed);
  NscaSink(const NscaSink&) = delete;
  NscaSink& operator=(const NscaSink&) = delete;
  NscaSink(NscaSink&&) = delete;
  NscaSink& operator=(NscaSink&&) = delete;
  ~NscaSink() override;

  Expected<void> start() override;
  void wake() override;
  void stop() override;
  [[nodiscard]] SinkState state() const override;

private:
  std::shared_ptr<NscaSession> session_;  // what waits for the daemon keeps it alive beyond stop()
};

// The kind `nsca` (ReadSink).
MakeSink read_nsca_sink(runtime::SettingsReader& reader, const std::filesystem::path& folder);

}  // namespace muster::bridge
