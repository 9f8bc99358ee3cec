// SPDX-License-Identifier: Apache-2.0
#include "checkagent/host_name.hpp"

#include <array>
#include <cstddef>
#include <sstream>
#include <unistd.h>
#include <vector>

#include "libmuster/model/facts.hpp"
#include "libmuster/runtime/text_file.hpp"

namespace muster::checkagent {

namespace {

constexpr std::size_t max_file_bytes = std::size_t{1}
                                       << 20U;  // some people block whole blacklists in /etc/hosts

std::vector<std::string> words_of(const std::string& line)
{
  std::istringstream stream{line.substr(0, line.find('#'))};
  std::vector<std::string> words;
  for (std::string word; stream >> word;) {
    words.push_back(lower_case(word));
  }
  return words;
}

// "127.0.1.1 web1.example.net web1" gives "example.net" for web1.
std::string domain_in_hosts(const std::string& host, std::string_view hosts)
{
  std::istringstream lines{std::string{hosts}};
  for (std::string line; std::getline(lines, line);) {
    for (const auto& word : words_of(line)) {
      if (word.size() > host.size() + 1 && word.compare(0, host.size(), host) == 0 &&
          word[host.size()] == '.') {
        return word.substr(host.size() + 1);
      }
    }
  }
  return {};
}

// The last of `domain` and `search` counts, as in resolv.conf(5).
std::string domain_in_resolv_conf(std::string_view resolv_conf)
{
  std::istringstream lines{std::string{resolv_conf}};
  std::string domain;
  for (std::string line; std::getline(lines, line);) {
    const auto words = words_of(line);
    if (words.size() > 1 && (words[0] == "domain" || words[0] == "search") && words[1] != ".") {
      domain = words[1];
    }
  }
  return domain;
}

}  // namespace

HostName host_name_from(std::string_view kernel_name, std::string_view hosts, std::string_view resolv_conf)
{
  const auto name = lower_case(kernel_name);
  if (const auto dot = name.find('.'); dot != std::string::npos) {
    return {name.substr(0, dot), name.substr(dot + 1)};
  }
  auto domain = domain_in_hosts(name, hosts);
  if (domain.empty()) {
    domain = domain_in_resolv_conf(resolv_conf);
  }
  while (!domain.empty() && domain.back() == '.') {
    domain.pop_back();
  }
  return {name, domain};
}

HostName read_host_name()
{
  std::array<char, 256> name{};  // HOST_NAME_MAX is 64 on Linux; the last byte stays zero
  if (::gethostname(name.data(), name.size() - 1) != 0) {
    return {"localhost", {}};
  }
  return host_name_from(
      name.data(),
      runtime::read_text_file("/etc/hosts", max_file_bytes).value_or(""),
      runtime::read_text_file("/etc/resolv.conf", max_file_bytes).value_or(""));
}

}  // namespace muster::checkagent
