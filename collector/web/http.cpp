// SPDX-License-Identifier: Apache-2.0
#include "collector/web/http.hpp"

#include <algorithm>

namespace muster::collector::web {

std::string_view first_of(const Fields& fields, std::string_view name)
{
  const auto found =
      std::find_if(fields.begin(), fields.end(), [&](const auto& field) { return field.first == name; });
  return found == fields.end() ? std::string_view{} : std::string_view{found->second};
}

std::vector<std::string> all_of(const Fields& fields, std::string_view name)
{
  std::vector<std::string> values;
  for (const auto& [field, value] : fields) {
    if (field == name) {
      values.push_back(value);
    }
  }
  return values;
}

HttpResponse plain_text(int status, std::string_view text)
{
  HttpResponse response;
  response.status = status;
  response.body = std::string{text} + "\n";
  return response;
}

}  // namespace muster::collector::web
