// SPDX-License-Identifier: Apache-2.0
#include "cli/commands/rpc_arguments.hpp"

#include <cmath>
#include <string>

#include "cli/output/fact_name.hpp"

namespace muster::cli {

namespace {

using std::chrono::milliseconds;

constexpr double longest_rerun_s = 7.0 * 24 * 3600;

Expected<std::optional<milliseconds>> rerun_of(const RpcArguments& rpc)
{
  if (!rpc.rerun_s) {
    return std::nullopt;
  }
  if (rpc.keep_running.empty()) {
    return failure(ErrorCode::invalid_input, "--rerun begins a --keep-running again: give that, too");
  }
  if (!(*rpc.rerun_s > 0.0 && *rpc.rerun_s <= longest_rerun_s)) {
    return failure(ErrorCode::invalid_input, "--rerun: expected seconds, more than 0, at most a week");
  }
  return milliseconds{std::llround(*rpc.rerun_s * 1000.0)};
}

}  // namespace

Expected<std::optional<KeptRunning>> check_keep_running(const RpcArguments& rpc)
{
  const auto rerun = rerun_of(rpc);
  if (!rerun) {
    return tl::unexpected{rerun.error()};
  }
  if (rpc.keep_running.empty()) {
    return std::nullopt;
  }
  const auto share = parse_share("--keep-running", rpc.keep_running);
  if (!share) {
    return tl::unexpected{share.error()};
  }
  if (!rpc.selection.batch.empty() || rpc.detach || rpc.no_results || !rpc.reply_to.empty()) {
    return failure(
        ErrorCode::invalid_input,
        "--keep-running starts one node after the other as a job and follows it: --batch, --detach, --nr and "
        "--reply-to do not go with it");
  }
  return KeptRunning{*share, *rerun};
}

// What only a run that waits can keep to must not be passed over in silence: the whole fleet would be asked.
Expected<void> check_together(const RpcArguments& rpc)
{
  const auto& selection = rpc.selection;
  const bool selects = selection.one || !selection.limit.empty() || !selection.batch.empty() ||
                       !selection.max_failures.empty();
  if ((rpc.no_results || !rpc.reply_to.empty()) && (selects || rpc.detach)) {
    return failure(
        ErrorCode::invalid_input,
        std::string{rpc.no_results ? "--nr" : "--reply-to"} +
            " sends one request and waits for nobody, so that --limit, --one, --batch, --max-failures and "
            "--detach "
            "cannot be kept to: leave it out, or name the nodes with a filter");
  }
  if (!rpc.by.empty()) {
    if (auto named = check_fact_name(rpc.by); !named) {
      return tl::unexpected{named.error().with_context("--by")};
    }
    if (rpc.no_results || !rpc.reply_to.empty() || rpc.detach || !rpc.keep_running.empty()) {
      return failure(
          ErrorCode::invalid_input,
          "--by groups replies, and --nr, --reply-to, --detach and --keep-running wait for none: leave it "
          "out");
    }
  }
  if (rpc.detach && !rpc.selection.batch.empty()) {
    return failure(
        ErrorCode::invalid_input,
        "--detach does not wait, so that batches would all run at once: leave out --batch, or --detach");
  }
  return {};
}

Expected<void> take_usual_batches(
    const client::ClientSettings& settings, const RpcArguments& rpc, Selection& selection)
{
  const bool waits = !rpc.detach && !rpc.no_results && rpc.reply_to.empty() && rpc.keep_running.empty();
  if (!waits) {
    return {};
  }
  if (!rpc.selection.batch_sleep_s) {
    selection.batch_sleep = settings.batch_sleep;
  }
  if (!settings.batch.empty() && !selection.batch) {
    const auto share = parse_share(settings.file.string() + ": batch", settings.batch);
    if (!share) {
      return tl::unexpected{share.error()};
    }
    selection.batch = *share;
  }
  return {};
}

}  // namespace muster::cli
