// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "nagios-bridge/model/passive_result.hpp"

namespace muster::bridge {

// A result in the words of Icinga's API (actions/process-check-result), such that Icinga 2 keeps what it
// would keep had it run the plugin itself. Where it misreads plugins (recorded from 2.13.6: tests/data), it
// is told what they meant. Pure; linear in the text.

// For `plugin_output`: the summary, and the details below it. Icinga does not split it, so a bar may stand in
// it. Perfdata without any `=` are none to Icinga: it leaves them where they were printed, behind a bar.
std::string icinga_output(const PassiveResult& result);

// For `performance_data`: an item for each value, as Icinga's SplitPerfdata would make them, but:
// * white space of every kind separates values, any amount of it, and so does a bar behind a value;
// * a quoted label may hold `=`, and `''` in it is a quote;
// * a decimal comma becomes a point, which Icinga insists on;
// * a threshold 0:N is written N, which is the same, and which Icinga keeps.
// As with Icinga, `check::label=1 other=2` gives `check::label` and `check::other` (check_multi). What has no
// number, such as `a=U`, is passed on as it is. At most max_perfdata_values items.
std::vector<std::string> icinga_performance_data(std::string_view perfdata);

}  // namespace muster::bridge
