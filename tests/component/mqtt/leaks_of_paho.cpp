// SPDX-License-Identifier: Apache-2.0
//
// Paho C 1.3.12 never frees the messages that were in flight when its client is destroyed: as much as one
// window for every connection that falls under load. Everything else in this program is looked at.
extern "C" const char*
__lsan_default_suppressions();  // NOLINT(bugprone-reserved-identifier): the sanitizer's name

extern "C" const char* __lsan_default_suppressions()  // NOLINT(bugprone-reserved-identifier)
{
  return "leak:libpaho-mqtt3as";
}
