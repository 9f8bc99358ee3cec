// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "nagios-bridge/export/exported_node.hpp"

namespace muster::bridge {

// Texts of strangers, such that in the configuration of a monitor they are what they stand for and nothing
// else.

// The name of a group, of letters that every monitor takes: muster-country-uk, muster-class-web_server. What
// had to be changed or cut has a hash of it at its end, so that two groups stay two.
std::string group_name(const Membership& group);

// The file of a node, below nodes/, without its ending: the node's name but for those that no file can have.
std::string file_stem(std::string_view node);

// A title in Nagios' language, where nothing can be escaped: letters that would end it, begin a comment, join
// lines, be a macro, or be special to a shell that a macro hands it to are an underscore.
std::string nagios_title(std::string_view text);

// A text in Icinga's language, quotes and all. With `off` a `$` is doubled, so that it stands for itself
// where Icinga looks for macros; names and titles are taken as they are.
enum class Macros { as_they_are, off };
std::string icinga_string(std::string_view text, Macros macros = Macros::as_they_are);

}  // namespace muster::bridge
