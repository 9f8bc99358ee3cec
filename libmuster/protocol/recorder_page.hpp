// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "libmuster/error.hpp"
#include "libmuster/protocol/messages.hpp"

namespace muster::protocol {

// What agent `recorder` answers to `since`: a page of the node's history. Both sides share this codec.
struct RecorderPage {
  std::vector<ResultMessage> results;  // in order, all behind the cursor that was asked for
  bool more = false;                   // ask again with the last of these as cursor
  bool gap = false;                    // something is missing between the cursor and the end of this page, or
                                       // without `more` the head; no later question will bring it
  Cursor head;                         // of the node's newest result
};

// The members `results`, `more` and `gap`, and of `head` its epoch and seq.
json::object to_json(const RecorderPage& page);

// Takes hostile data: `invalid_input` with the path to what is wrong.
Expected<RecorderPage> recorder_page_from_json(const json::object& data);

}  // namespace muster::protocol
