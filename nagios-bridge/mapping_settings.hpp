// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "libmuster/runtime/settings_reader.hpp"
#include "nagios-bridge/model/mapping.hpp"

namespace muster::bridge {

// `mapping:` of the configuration, or of one sink of it: `usual` with what stands here in place of it. Tables
// are added up (here wins), lists take the place of the other list. What is wrong is complained about, each
// with its line and column, in templates also with the character.
//
//   mapping:
//     hosts:
//       name: "{short}"                      # {node}, {short}, {domain}
//       table: {db1.example.net: database}
//       only: [/^web/]                       # nodes; and `except`
//       states: true                         # hosts are told from presence
//       stopped: down                        # or up, ignore
//     services:
//       name: "{check}"                      # also {bare}: without check_
//       table: {check_load: CPU Load}
//       except: [check_secret]
//       lifetime: 10m
//       lifetimes: {/^check_apt/: 2d}        # names or expressions, the first that fits
//     illegal: "`~!$%^&*|'\"<>?,()="         # illegal_object_name_chars of nagios.cfg
MappingRules read_mapping(
    runtime::SettingsReader reader, runtime::Complaints& complaints, MappingRules usual = {});

}  // namespace muster::bridge
