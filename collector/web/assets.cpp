// SPDX-License-Identifier: Apache-2.0
#include "collector/web/assets.hpp"

#include "collector/web/html.hpp"

namespace muster::collector::web {

namespace {

std::string_view type_of(std::string_view name)
{
  return name.substr(name.rfind('.') + 1) == "js" ? "text/javascript; charset=utf-8"
                                                  : "text/css; charset=utf-8";
}

const char* icon_colour(std::string_view state)
{
  if (state == "critical") {
    return "#e5484d";
  }
  if (state == "warning") {
    return "#f0a020";
  }
  return state == "unknown" ? "#8e6bd8" : "#46a758";
}

}  // namespace

std::string asset_address(std::string_view name)
{
  const auto* asset = find_asset(name);
  std::string address = "/assets/";
  address += name;
  if (asset != nullptr) {
    address += '?';
    address += asset->digest;
  }
  return address;
}

HttpResponse asset_answer(std::string_view name)
{
  const auto* asset = find_asset(name);
  if (asset == nullptr) {
    return plain_text(404, "there is no such file");
  }
  HttpResponse response;
  response.content_type = type_of(name);
  response.body = asset->text;
  response.headers.emplace_back("Cache-Control", "public, max-age=31536000, immutable");
  return response;
}

HttpResponse icon_answer(std::string_view state)
{
  Html icon;
  icon.put(
      "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 32 32\"><rect width=\"32\" height=\"32\" "
      "rx=\"8\" "
      "fill=\"{}\"/><path d=\"M8 23V9l8 9 8-9v14\" fill=\"none\" stroke=\"#fff\" stroke-width=\"3.5\" "
      "stroke-linejoin=\"round\" stroke-linecap=\"round\"/></svg>",
      icon_colour(state));
  HttpResponse response;
  response.content_type = "image/svg+xml";
  response.body = icon.text();
  response.headers.emplace_back("Cache-Control", "public, max-age=86400");
  return response;
}

}  // namespace muster::collector::web
