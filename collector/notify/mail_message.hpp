// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "collector/notify/notification.hpp"

namespace muster::collector {

// A mail that is handed to sendmail: RFC 5322 with MIME, lines end in a line feed, as sendmail wants them.
// Text of nodes cannot end a header: a subject is one line, beyond ASCII in encoded words (RFC 2047); the
// text is quoted-printable UTF-8 (RFC 2045). It says Auto-Submitted (RFC 3834), so that no holiday notice
// answers it. `unique` makes its Message-ID, in letters and digits: of one that is sent again it is the same.
std::string mail_message(
    const Notification& notification, const Receiver& receiver, Time now, std::string_view unique);

// Whether `address` may stand in To and From as it is: ASCII, "user" or "user@host", no blanks, none of the
// signs that mean something there.
bool is_mail_address(std::string_view address);

}  // namespace muster::collector
