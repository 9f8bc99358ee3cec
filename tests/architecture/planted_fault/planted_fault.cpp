// SPDX-License-Identifier: Apache-2.0
// A program that is wrong on purpose: the asan preset proves with it that its sanitizers are really at work.
#include <cstdlib>
#include <iostream>
#include <string_view>
#include <vector>

#include <climits>

namespace {

int read_past_the_end(const std::vector<int>& values)
{
  return *(values.data() + values.size());
}

int add_past_the_limit(int value)
{
  return value + 1;
}

}  // namespace

int main(int argc, char** argv)
{
  const std::string_view fault{argc > 1 ? argv[1] : ""};
  if (fault == "read") {
    std::cout << read_past_the_end(std::vector<int>(static_cast<std::size_t>(argc) * 16)) << '\n';
  }
  if (fault == "add") {
    std::cout << add_past_the_limit(INT_MAX - 2 + argc) << '\n';
  }
  return EXIT_SUCCESS;
}
