// SPDX-License-Identifier: Apache-2.0
#include "collector/care_teller.hpp"

#include <algorithm>
#include <utility>

#include "collector/schedule/lease_notice.hpp"
#include "collector/wall_clock.hpp"
#include "libmuster/runtime/log.hpp"

namespace muster::collector {

namespace json = protocol::json;
namespace log = runtime::log;

namespace {

CareRounds::Moment moment()
{
  return CareRounds::Moment::clock::now();
}

protocol::Request request_to(const std::string& peer, const std::vector<ToldCare>& told)
{
  protocol::Request request;
  request.to = {protocol::Target::Kind::node, peer};
  request.agent = "collector";
  request.action = "care";
  request.wait = CareRounds::patience;
  json::array changes;
  for (const auto& one : told) {
    changes.push_back(to_json(one));
  }
  request.data["changes"] = std::move(changes);
  return request;
}

}  // namespace

CareTeller::CareTeller(
    const boost::asio::any_io_executor& executor,
    Intake& intake,
    const LeaseRunner& lease,
    std::string name,
    std::string group)
    : timer_{executor}, intake_{intake}, lease_{lease}, name_{std::move(name)}, group_{std::move(group)}
{}

void CareTeller::take(const std::string& service, const protocol::Presence* presence)
{
  const auto notice = presence == nullptr ? std::nullopt : lease_notice(presence->facts);
  if (service == name_) {
    return;
  }
  if (notice && notice->group == group_) {
    intake_.book().know_peer(service, wall_clock_now());
  } else if (intake_.book().untold().all().contains(service)) {
    intake_.book().forget_peer(service);
    rounds_.forget(service);
  }
}

std::set<std::string> CareTeller::up() const
{
  const auto view = lease_.view();
  std::set<std::string> up{view.standing.begin(), view.standing.end()};
  if (!view.holder.empty() && view.holder != name_) {
    up.insert(view.holder);
  }
  return up;
}

// Those that are still to be told something.
std::vector<std::string> CareTeller::behind() const
{
  std::vector<std::string> behind;
  for (const auto& [peer, acts] : intake_.book().untold().all()) {
    if (!acts.empty()) {
      behind.push_back(peer);
    }
  }
  return behind;
}

void CareTeller::note(Tell tell, const std::vector<CareKey>& keys, const CareAct& act)
{
  const auto there = up();
  std::vector<std::string> peers;
  for (const auto& [peer, acts] : intake_.book().untold().all()) {
    if (tell == Tell::all || !there.contains(peer)) {
      peers.push_back(peer);
    }
  }
  for (const auto& key : keys) {
    intake_.book().note_untold(peers, key, act);
  }
}

void CareTeller::tell(Done done)
{
  if (waiting_.size() >= most_waiting) {
    done({"The other collectors are told later: too many wait for them"});
    return;
  }
  for (const auto& peer : behind()) {
    if (!rounds_.is_asked(peer)) {
      rounds_.hurry(peer);
    }
  }
  waiting_.push_back({moment() + longest_told, std::move(done)});
  look();
}

void CareTeller::look_regularly()
{
  timer_.expires_after(look_every);
  timer_.async_wait([this](boost::system::error_code cancelled) {
    if (!cancelled) {
      look();
      look_regularly();
    }
  });
}

void CareTeller::look()
{
  const auto now = moment();
  for (const auto& trouble : rounds_.take_time(now)) {
    log::warning(trouble);
  }
  const auto there = up();
  for (const auto& peer : behind()) {
    if (there.contains(peer) && rounds_.may_ask(peer, now)) {
      ask(peer, now);
    }
  }
  answer_those_who_wait(now);
}

void CareTeller::ask(const std::string& peer, CareRounds::Moment now)
{
  auto told = intake_.book().to_tell(peer, rounds_.put_off(peer));
  if (told.empty()) {
    rounds_.round_ends(peer, now);
    return;
  }
  auto id = intake_.ask(request_to(peer, told));
  if (id) {
    rounds_.asked(peer, std::move(*id), std::move(told), now);
  } else {
    rounds_.not_asked(peer, id.error().message, now);
  }
}

bool CareTeller::take(const protocol::Answer& answer)
{
  const auto before = rounds_.trouble(answer.node);
  const auto taken = rounds_.take(answer, moment());
  if (!taken) {
    return false;
  }
  if (const auto trouble = rounds_.trouble(taken->peer); !trouble.empty() && trouble != before) {
    log::warning(trouble);
  }
  intake_.book().told(taken->peer, taken->changes);
  look();
  return true;
}

// Nobody who is up is asked, or could be asked more now.
bool CareTeller::is_settled() const
{
  const auto there = up();
  const auto behind_now = behind();
  return std::none_of(behind_now.begin(), behind_now.end(), [&](const std::string& peer) {
    return rounds_.is_asked(peer) || (there.contains(peer) && rounds_.may_ask(peer, moment()));
  });
}

std::vector<std::string> CareTeller::troubles() const
{
  const auto there = up();
  std::vector<std::string> sentences;
  for (const auto& peer : behind()) {
    if (const auto trouble = rounds_.trouble(peer); there.contains(peer) && !trouble.empty()) {
      sentences.push_back(trouble);
    } else if (there.contains(peer)) {
      sentences.push_back(peer + " has not taken all of it yet: it is told further");
    } else {
      sentences.push_back(peer + " is not up: it is told when it is back");
    }
  }
  return sentences;
}

void CareTeller::answer_those_who_wait(CareRounds::Moment now)
{
  const bool all = is_settled();
  for (auto waiting = waiting_.begin(); waiting != waiting_.end();) {
    if (!all && now < waiting->until) {
      ++waiting;
      continue;
    }
    const auto done = std::move(waiting->done);
    waiting = waiting_.erase(waiting);
    done(troubles());
  }
}

}  // namespace muster::collector
