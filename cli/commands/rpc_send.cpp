// SPDX-License-Identifier: Apache-2.0
#include "cli/commands/rpc_send.hpp"

#include <string>

#include "cli/exit_code.hpp"
#include "cli/output/rpc_report.hpp"
#include "cli/terminal.hpp"
#include "libmuster/client/fleet_run.hpp"
#include "libmuster/protocol/messages.hpp"

namespace muster::cli {

namespace {

// "alice@ops1/SESSION"; only our own: a node derives the topic of its answer from who signed the request.
tl::expected<std::string, std::string> session_of(const std::string& reply_to, const std::string& caller)
{
  if (reply_to.empty()) {
    return std::string{};
  }
  const auto slash = reply_to.find('/');
  if (slash == std::string::npos || reply_to.substr(0, slash) != caller) {
    return tl::unexpected{
        "--reply-to: expected " + caller +
        "/SESSION: nodes answer to whoever signed the request, and that is you"};
  }
  auto session = reply_to.substr(slash + 1);
  if (!protocol::is_session_name(session)) {
    return tl::unexpected<std::string>{
        "--reply-to: a session is a word of letters and digits, at most 64 of them"};
  }
  return session;
}

}  // namespace

int send_without_waiting(const FleetArguments& arguments, const RpcArguments& rpc, const Prepared& prepared)
{
  const auto session = session_of(rpc.reply_to, prepared.settings.caller);
  if (!session) {
    return fail(arguments, {Error{ErrorCode::invalid_input, session.error()}}, exit_usage);
  }
  const auto id = client::send_fleet_request(prepared.settings, prepared.addressed.question, *session);
  if (!id) {
    return fail(arguments, {id.error()}, exit_code_of(id.error().code));
  }
  const auto where = rpc.reply_to.empty() ? std::string{} : " replies to " + rpc.reply_to;
  print(
      arguments.json ? request_sent_json(*id, rpc.reply_to) : "Request sent with id: " + *id + where + "\n");
  return 0;
}

}  // namespace muster::cli
