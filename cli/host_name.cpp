// SPDX-License-Identifier: Apache-2.0
#include "cli/host_name.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <pwd.h>
#include <unistd.h>

namespace muster::cli {

namespace {

std::string user_of_this_process()
{
  passwd entry{};
  passwd* found = nullptr;
  std::array<char, 4096> space{};  // a line of /etc/passwd with room to spare
  if (::getpwuid_r(::geteuid(), &entry, space.data(), space.size(), &found) == 0 && found != nullptr) {
    return found->pw_name;
  }
  return "user" + std::to_string(::geteuid());
}

}  // namespace

std::string host_name()
{
  std::array<char, 256> name{};
  if (::gethostname(name.data(), name.size() - 1) != 0 || name.front() == '\0') {
    return "localhost";
  }
  std::string text{name.data()};
  std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) {
    return static_cast<char>(std::tolower(c));
  });
  return text;
}

std::string default_caller(const client::Environment& environment)
{
  return environment("USER").value_or(user_of_this_process()) + "@" + host_name();
}

}  // namespace muster::cli
