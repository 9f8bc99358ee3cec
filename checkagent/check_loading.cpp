// SPDX-License-Identifier: Apache-2.0
#include "checkagent/check_loading.hpp"

#include <utility>

namespace muster::checkagent {

CheckLoading::CheckLoading(std::string main_file, FindAccount find_account)
    : files_{std::move(main_file)}, find_account_{std::move(find_account)}
{}

Expected<CheckLoading::Loaded> CheckLoading::load()
{
  auto reading = files_.reload();
  auto account = find_account_(reading.table);
  // Users may come from a directory that is down: no stamp of a file would tell that it is back.
  account_is_unknown_ = !account && account.error().code == ErrorCode::not_found;
  if (!account) {
    return tl::unexpected{std::move(account).error()};
  }
  return Loaded{std::move(reading), *std::move(account)};
}

}  // namespace muster::checkagent
