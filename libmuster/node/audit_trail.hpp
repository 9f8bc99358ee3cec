// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <set>
#include <string>
#include <string_view>

#include "libmuster/node/log_ration.hpp"
#include "libmuster/node/request_gate.hpp"

namespace muster::node {

enum class AuditMode { off, changes, all };

// Decides which requests and outcomes go into the audit log. Owned by the daemon; one thread. Pure but for
// where it writes to.
class AuditTrail {
public:
  // Takes one line without its line feed; the error: why it is not on disk.
  using Write = std::function<Expected<void>(const std::string& line)>;

  struct Options {
    std::string node;
    AuditMode mode = AuditMode::all;
    bool required = false;  // nothing changes the node that is not on record
    // As "agent.action": what changes no node, so that policies take it as reading, but something else that
    // the log is there for. On record as changes are.
    std::set<std::string> acts{};
  };

  AuditTrail(Options options, Write write) : options_{std::move(options)}, write_{std::move(write)} {}

  // What the gate has refused or dropped. What strangers can cause without a key is rationed as in the log.
  void decided(const Decision& decision, std::string_view payload, Time now);

  // A request that came another way than through the gate, of a caller who must not. `verified`: a signature
  // says who that is; else it is rationed.
  void refused(const protocol::Request& request, const std::string& why, Time now, bool verified = true);

  // Right before it runs. The error: it must not, because its record cannot be written.
  Expected<void> begins(const protocol::Request& request, bool changes, Time now);

  void ended(const protocol::Request& request, bool changes, const protocol::Answer& answer);

private:
  [[nodiscard]] bool wants(const protocol::Request& request, bool changes) const;
  [[nodiscard]] bool has_ration();
  void refused(const Refused& refused, std::string_view payload, Time now);
  void dropped(const Dropped& dropped, std::string_view payload, Time now);

  Expected<void> write(const std::string& line) { return write_(line); }

  Options options_;
  Write write_;
  LogRation ration_;
};

}  // namespace muster::node
