// SPDX-License-Identifier: Apache-2.0
#include "collector/web/api_answer.hpp"

#include "collector/web/context.hpp"
#include "collector/web/visible_json.hpp"
#include "libmuster/model/utf8.hpp"

namespace muster::collector::web {

namespace json = boost::json;

namespace {

HttpResponse json_response(int status, const json::object& object)
{
  HttpResponse response;
  response.status = status;
  response.content_type = "application/json";
  response.body = visible_json(object);
  response.body += '\n';
  return response;
}

}  // namespace

HttpResponse api_error(int status, std::string_view code, std::string_view message)
{
  json::object error;
  error["code"] = code;
  error["message"] = to_valid_utf8(message);
  json::object object;
  object["error"] = std::move(error);
  return json_response(status, object);
}

HttpResponse api_error(const Error& why)
{
  return api_error(http_status(why.code), to_string(why.code), why.message);
}

HttpResponse api_answer(const Expected<json::object>& answer)
{
  return answer ? json_response(200, *answer) : api_error(answer.error());
}

}  // namespace muster::collector::web
