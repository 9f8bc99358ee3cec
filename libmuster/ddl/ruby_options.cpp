// SPDX-License-Identifier: Apache-2.0
#include "libmuster/ddl/ruby_options.hpp"

#include <utility>

#include <fmt/format.h>

#include "libmuster/model/shown_term.hpp"

namespace muster::ddl {

namespace {

using Kind = RubyValue::Kind;

json::array json_list(const RubyValue& value, RubyReport& report)
{
  json::array list;
  for (const auto& item : value.items) {
    list.push_back(json_of(item, report));
  }
  return list;
}

json::object json_hash(const RubyValue& value, RubyReport& report)
{
  json::object object;
  for (std::size_t i = 0; i < value.items.size(); ++i) {
    object[value.names[i]] = json_of(value.items[i], report);
  }
  return object;
}

}  // namespace

json::value json_of(const RubyValue& value, RubyReport& report)
{
  switch (value.kind) {
  case Kind::nil:
    return nullptr;
  case Kind::boolean:
    return value.boolean;
  case Kind::integer:
    return value.integer;
  case Kind::floating:
    return value.floating;
  case Kind::text:
  case Kind::symbol:
    return json::string{value.text};
  case Kind::list:
    return json_list(value, report);
  case Kind::hash:
    return json_hash(value, report);
  case Kind::pattern:
  case Kind::call:
    report.refuse(
        value.place,
        fmt::format("found {}, which is no value in JSON: write the value itself", value.what()));
    return nullptr;
  }
  return nullptr;
}

RubyOptions::RubyOptions(const RubyCall& call, std::string owner, RubyReport& report)
    : owner_{std::move(owner)}, report_{report}
{
  if (!call.arguments.empty() && call.arguments.back().kind == Kind::hash) {
    options_ = &call.arguments.back();
  }
}

const RubyValue* RubyOptions::value(const std::string& name)
{
  asked_.insert(name);
  const auto* found = options_ == nullptr ? nullptr : options_->find(name);
  return found == nullptr || found->kind == Kind::nil ? nullptr : found;
}

void RubyOptions::refuse(const RubyValue& value, const std::string& name, std::string_view expected)
{
  report_.refuse(
      value.place, fmt::format("found {} as :{} of {}, expected {}", value.what(), name, owner_, expected));
}

void RubyOptions::warn(const RubyValue& value, const std::string& what)
{
  report_.warn(value.place, owner_ + ": " + what);
}

std::string RubyOptions::text(const std::string& name)
{
  const auto* found = value(name);
  if (found != nullptr && !found->is_word()) {
    refuse(*found, name, "a string");
  }
  return found == nullptr ? std::string{} : found->text;
}

bool RubyOptions::boolean(const std::string& name)
{
  const auto* found = value(name);
  if (found != nullptr && found->kind != Kind::boolean) {
    refuse(*found, name, "true or false");
  }
  return found != nullptr && found->boolean;
}

std::optional<std::int64_t> RubyOptions::integer(const std::string& name)
{
  const auto* found = value(name);
  if (found == nullptr) {
    return std::nullopt;
  }
  if (found->kind != Kind::integer) {
    refuse(*found, name, "a whole number");
  }
  return found->integer;
}

std::optional<json::value> RubyOptions::json(const std::string& name)
{
  const auto* found = value(name);
  return found == nullptr ? std::nullopt : std::optional<json::value>{json_of(*found, report_)};
}

void RubyOptions::warn_of_others()
{
  for (std::size_t i = 0; options_ != nullptr && i < options_->items.size(); ++i) {
    if (!asked_.contains(options_->names[i])) {
      warn(options_->items[i], shown_term(options_->names[i]) + " is not known here, and left out");
    }
  }
}

}  // namespace muster::ddl
