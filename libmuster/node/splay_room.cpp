// SPDX-License-Identifier: Apache-2.0
#include "libmuster/node/splay_room.hpp"

namespace muster::node {

namespace {

constexpr const char* what_helps = ": ask later, or with a shorter splay";

std::string so_many(std::size_t requests, std::size_t bytes)
{
  return std::to_string(requests) + " requests with " + std::to_string(bytes) + " bytes";
}

}  // namespace

Expected<void> SplayRoom::enter(const std::string& caller, std::size_t bytes)
{
  const auto found = of_caller_.find(caller);
  const Load own = found == of_caller_.end() ? Load{} : found->second;
  if (own.requests >= most_requests_of_one_caller || own.bytes + bytes > most_bytes_of_one_caller) {
    return failure(
        ErrorCode::denied,
        so_many(own.requests, own.bytes) + " of " + caller +
            " wait in their splay here, and a caller may have " +
            so_many(most_requests_of_one_caller, most_bytes_of_one_caller) + what_helps);
  }
  if (all_.requests >= most_requests || all_.bytes + bytes > most_bytes) {
    return failure(
        ErrorCode::denied,
        so_many(all_.requests, all_.bytes) + " wait in their splay here, and there is room for " +
            so_many(most_requests, most_bytes) + what_helps);
  }
  for (Load* load : {&all_, &of_caller_[caller]}) {
    load->requests += 1;
    load->bytes += bytes;
  }
  return {};
}

void SplayRoom::leave(const std::string& caller, std::size_t bytes)
{
  const auto found = of_caller_.find(caller);
  if (found == of_caller_.end()) {
    return;
  }
  for (Load* load : {&all_, &found->second}) {
    load->requests -= 1;
    load->bytes -= bytes;
  }
  if (found->second.requests == 0) {
    of_caller_.erase(found);
  }
}

}  // namespace muster::node
