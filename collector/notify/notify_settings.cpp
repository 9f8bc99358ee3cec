// SPDX-License-Identifier: Apache-2.0
#include "collector/notify/notify_settings.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

#include "collector/filter_settings.hpp"
#include "collector/notify/mail_message.hpp"
#include "libmuster/model/node_name.hpp"

namespace muster::collector {

namespace {

using namespace std::chrono_literals;
using runtime::Complaints;
using runtime::SettingsReader;
using runtime::YamlNode;

constexpr std::size_t most_words = 64;  // of a command
constexpr std::size_t most_checks = 256;
constexpr std::size_t most_addresses = 20;
constexpr std::size_t most_kinds = 32;
constexpr std::size_t most_in_a_limit = 10'000;

void read_name(SettingsReader& reader, Receiver& receiver)
{
  if (!reader.read_word("name", receiver.name)) {
    reader.refuse("name", "expected a name, by which it is called in messages");
  } else if (!is_collective_name(receiver.name)) {
    reader.refuse("name", "expected at most 64 letters, digits, '.', '_' or '-'");
  }
}

bool read_url(SettingsReader& reader, std::string_view key, Receiver& receiver)
{
  std::string url;
  if (!reader.read_word(key, url)) {
    return false;
  }
  if (auto target = http::parse_http_target(url)) {
    receiver.url = std::move(*target);
  } else {
    reader.refuse(key, target.error().message);
  }
  return true;
}

bool read_command(SettingsReader& reader, Receiver& receiver)
{
  if (!reader.read_words("exec", most_words, receiver.command)) {
    return false;
  }
  if (receiver.command.empty() || !receiver.command.front().starts_with('/')) {
    reader.refuse(
        "exec", "expected the program's whole path, then its arguments: [/usr/local/bin/tell, ops]");
  }
  return true;
}

bool read_mail(SettingsReader& reader, Receiver& receiver)
{
  std::vector<std::string> addresses;
  if (!reader.read_words("mail", most_addresses, addresses)) {
    return false;
  }
  for (const auto& address : addresses) {
    if (!is_mail_address(address)) {
      reader.refuse("mail", "expected addresses such as ops@example.net");
    }
    receiver.to += (receiver.to.empty() ? "" : ", ") + address;
  }
  return true;
}

// Exactly one of exec, webhook, mail and alertmanager.
void read_kind(SettingsReader& reader, Receiver& receiver)
{
  int count = 0;
  const auto take = [&](bool is_there, ReceiverKind kind) {
    receiver.kind = is_there ? kind : receiver.kind;
    count += is_there ? 1 : 0;
  };
  take(read_command(reader, receiver), ReceiverKind::exec);
  take(read_url(reader, "webhook", receiver), ReceiverKind::webhook);
  take(read_mail(reader, receiver), ReceiverKind::mail);
  take(read_url(reader, "alertmanager", receiver), ReceiverKind::alertmanager);
  if (count != 1) {
    reader.refuse(
        "exec",
        "expected one of `exec: [PROGRAM, …]`, `webhook: URL`, `mail: ADDRESS` and `alertmanager: URL`");
  }
}

// What only some kinds have, so that nobody believes in what has no effect.
void read_ways(SettingsReader& reader, const std::filesystem::path& folder, Receiver& receiver)
{
  if (receiver.kind == ReceiverKind::mail) {
    reader.read_path("sendmail", folder, receiver.sendmail);
    if (reader.read_word("from", receiver.from) && !is_mail_address(receiver.from)) {
      reader.refuse("from", "expected an address such as muster@example.net");
    }
  }
  if (receiver.url.tls) {
    reader.read_path("ca", folder, receiver.ca);
  }
}

void read_events(SettingsReader& reader, Receiver& receiver)
{
  receiver.events = usual_events();
  std::vector<std::string> words;
  if (!reader.read_words("events", most_kinds, words)) {
    return;
  }
  receiver.events.clear();
  for (std::size_t i = 0; i < words.size(); ++i) {
    const auto kind = parse_event_kind(words[i]);
    const bool is_told = kind && *kind != EventKind::node_new && *kind != EventKind::node_forgotten;
    if (is_told) {
      receiver.events.insert(*kind);
    } else {
      reader.refuse_item("events", i, "expected a kind of event: state, node_gone, nodes_lost, …");
    }
  }
}

void read_states(SettingsReader& reader, Receiver& receiver)
{
  std::vector<std::string> words;
  if (!reader.read_words("states", most_kinds, words)) {
    return;
  }
  receiver.states = {};
  for (std::size_t i = 0; i < words.size(); ++i) {
    std::size_t state = 0;
    while (state < receiver.states.size() && to_string(static_cast<CheckState>(state)) != words[i]) {
      ++state;
    }
    if (state == receiver.states.size()) {
      reader.refuse_item("states", i, "expected OK, WARNING, CRITICAL or UNKNOWN");
    } else {
      receiver.states.at(state) = true;
    }
  }
}

void read_group(SettingsReader& reader, Receiver& receiver)
{
  std::string word;
  if (!reader.read_word("group_by", word)) {
    return;
  }
  constexpr std::array words{
      std::pair{"check", GroupBy::check},
      std::pair{"node", GroupBy::node},
      std::pair{"all", GroupBy::all},
      std::pair{"none", GroupBy::each}};
  const auto* const found =
      std::find_if(words.begin(), words.end(), [&](const auto& entry) { return entry.first == word; });
  if (found == words.end()) {
    reader.refuse("group_by", "expected check, node, all or none");
  } else {
    receiver.group_by = found->second;
  }
}

// "20 per 10m"
void read_limit(SettingsReader& reader, Complaints& complaints, Receiver& receiver)
{
  constexpr std::string_view between = " per ";
  std::string word;
  if (!reader.read_word("at_most", word)) {
    return;
  }
  const auto place = word.find(between);
  const auto* end = word.data() + std::min(place, word.size());
  const auto read = std::from_chars(word.data(), end, receiver.limit.most);
  const bool has_number = read.ptr == end && read.ec == std::errc{} && receiver.limit.most >= 1 &&
                          receiver.limit.most <= most_in_a_limit;
  if (place == std::string::npos || !has_number) {
    reader.refuse("at_most", "expected a number and a time: 20 per 10m");
    return;
  }
  auto value = *reader.find("at_most");
  value.text = word.substr(place + between.size());
  YamlNode map;
  map.kind = YamlNode::Kind::map;
  map.members.push_back({"at_most", value.line, value.column, value});
  SettingsReader{complaints, map}.read_duration("at_most", {1s, 24h}, receiver.limit.within);
}

void read_how(SettingsReader& reader, Complaints& complaints, const Periods& periods, Receiver& receiver)
{
  if (receiver.kind == ReceiverKind::alertmanager) {
    receiver.group_wait = 1s;
  } else {
    read_group(reader, receiver);
    read_limit(reader, complaints, receiver);
    receiver.period = read_period(reader, "period", periods);
  }
  reader.read_duration("group_wait", {0ms, 1h}, receiver.group_wait);
  reader.read_duration("timeout", {1s, 5min}, receiver.timeout);
}

Receiver read_receiver(
    SettingsReader& reader,
    Complaints& complaints,
    const std::filesystem::path& folder,
    const Periods& periods)
{
  Receiver receiver;
  read_name(reader, receiver);
  read_kind(reader, receiver);
  read_ways(reader, folder, receiver);
  if (receiver.kind != ReceiverKind::alertmanager) {
    read_events(reader, receiver);
  }
  read_states(reader, receiver);
  reader.read_words("checks", most_checks, receiver.checks);
  read_node_filter(reader, DecidedBy::collector, receiver.filter);
  read_how(reader, complaints, periods, receiver);
  reader.refuse_unknown_keys();
  return receiver;
}

}  // namespace

std::vector<Receiver> read_receivers(
    SettingsReader& reader,
    Complaints& complaints,
    const std::filesystem::path& folder,
    const Periods& periods)
{
  std::vector<Receiver> receivers;
  const auto* list = reader.find("notify");
  if (list == nullptr || list->kind == YamlNode::Kind::null) {
    return receivers;
  }
  if (list->kind != YamlNode::Kind::sequence || list->items.size() > most_receivers) {
    complaints.add(*list, "expected a list of at most " + std::to_string(most_receivers) + " receivers");
    return receivers;
  }
  for (const auto& item : list->items) {
    if (item.kind != YamlNode::Kind::map) {
      complaints.add(item, "expected a receiver: name, and one of exec, webhook, mail and alertmanager");
      continue;
    }
    SettingsReader entry{complaints, item};
    receivers.push_back(read_receiver(entry, complaints, folder, periods));
    const auto same = [&](const Receiver& other) { return other.name == receivers.back().name; };
    if (std::count_if(receivers.begin(), receivers.end(), same) > 1) {
      complaints.add(
          item, "expected another name: there is a receiver " + receivers.back().name + " already");
    }
  }
  return receivers;
}

}  // namespace muster::collector
