// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include <boost/json/value.hpp>

namespace muster::cli {

// JSON that can be shown on a terminal: besides what RFC 8259 asks for, everything that could move the
// cursor, reorder or hide text is written as \uXXXX, and bytes that are no UTF-8 become U+FFFD. The members
// of the outermost object and of the lists directly in it stand on lines of their own, the rest on one line,
// so that a node is a line. Ends with a line feed.
std::string json_text(const boost::json::value& value);

// The same on one line, for what is followed line by line.
std::string json_line(const boost::json::value& value);

// The same with every member on a line of its own, lists of plain values apart: a file that people will edit.
std::string json_document(const boost::json::value& value);

}  // namespace muster::cli
