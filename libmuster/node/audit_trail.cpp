// SPDX-License-Identifier: Apache-2.0
#include "libmuster/node/audit_trail.hpp"

#include <chrono>

#include "libmuster/node/audit_record.hpp"

namespace muster::node {

bool AuditTrail::wants(const protocol::Request& request, bool changes) const
{
  if (options_.mode != AuditMode::changes) {
    return options_.mode == AuditMode::all;
  }
  return changes || options_.acts.contains(request.agent + "." + request.action);
}

bool AuditTrail::has_ration()
{
  return ration_.next(std::chrono::steady_clock::now()) == LogRation::Verdict::write;
}

void AuditTrail::decided(const Decision& decision, std::string_view payload, Time now)
{
  if (options_.mode == AuditMode::off) {
    return;
  }
  if (const auto* no = std::get_if<Refused>(&decision)) {
    refused(*no, payload, now);
  } else if (const auto* nothing = std::get_if<Dropped>(&decision)) {
    dropped(*nothing, payload, now);
  }
}

void AuditTrail::refused(const Refused& refused, std::string_view payload, Time now)
{
  if (!refused.verified) {
    if (has_ration()) {
      static_cast<void>(write(refused_line(options_.node, refused, nullptr, now)));
    }
    return;
  }
  const auto sealed = protocol::open_header(payload);
  const auto request = sealed ? protocol::parse_body(*sealed) : tl::make_unexpected(sealed.error());
  static_cast<void>(write(refused_line(options_.node, refused, request ? &*request : nullptr, now)));
}

void AuditTrail::refused(const protocol::Request& request, const std::string& why, Time now, bool verified)
{
  if (options_.mode != AuditMode::off && (verified || has_ration())) {
    const Refused refused{
        {request.caller, request.session, request.id}, protocol::Refusal::policy, why, verified};
    static_cast<void>(write(refused_line(options_.node, refused, &request, now)));
  }
}

void AuditTrail::dropped(const Dropped& dropped, std::string_view payload, Time now)
{
  if (!has_ration()) {
    return;
  }
  const auto header = protocol::open_header(payload);
  static_cast<void>(write(dropped_line(options_.node, dropped.why, header ? &*header : nullptr, now)));
}

Expected<void> AuditTrail::begins(const protocol::Request& request, bool changes, Time now)
{
  if (!wants(request, changes)) {
    return {};
  }
  const auto written = write(accepted_line(options_.node, request, now));
  if (written || !options_.required || !changes) {
    return {};
  }
  return failure(
      ErrorCode::denied,
      "nothing may change this node that is not on record (audit_required), and " + written.error().message);
}

void AuditTrail::ended(const protocol::Request& request, bool changes, const protocol::Answer& answer)
{
  if (wants(request, changes)) {
    static_cast<void>(write(outcome_line(options_.node, request, answer)));
  }
}

}  // namespace muster::node
