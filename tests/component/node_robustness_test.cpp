// SPDX-License-Identifier: Apache-2.0
//
// A node hears 20,000 messages that a stranger made up. The numbers are seeded: what fails, fails again.
#include <random>

#include <gtest/gtest.h>

#include "libmuster/runtime/log.hpp"
#include "tests/support/node_on_fake.hpp"

namespace muster::test {
namespace {

class Mutator {
public:
  explicit Mutator(std::uint32_t seed) : random_{seed} {}

  std::size_t below(std::size_t end) { return end == 0 ? 0 : random_() % end; }

  std::string noise()
  {
    std::string bytes(below(300), '\0');
    for (char& byte : bytes) {
      byte = static_cast<char>(random_());
    }
    return bytes;
  }

  std::string mutated(std::string text)
  {
    for (auto times = 1 + below(4); times > 0; --times) {
      const auto place = below(text.size() + 1);
      switch (below(6)) {
      case 0:
        text.resize(place);
        break;
      case 1:
        text.insert(place, noise());
        break;
      case 2:
        text.erase(place, below(20));
        break;
      case 3:
        text.insert(place, text.substr(below(text.size() + 1), below(60)));
        break;
      case 4:
        text.insert(place, std::string(below(2000), "[{\"0\\,9-"[below(8)]));
        break;
      default:
        if (place < text.size()) {
          text[place] = static_cast<char>(random_());
        }
      }
    }
    return text;
  }

private:
  std::mt19937 random_;
};

class HostileTopics : public NodeOnFake {
public:
  HostileTopics()
  {
    node.start();
    client.connect();
  }

  // What a node may hear at all, and some that it never asked for.
  std::string topic()
  {
    static const std::vector<std::string> topics{
        "muster/1/request/main",
        "muster/1/node/web1",
        "muster/1/presence/web1",
        "muster/1/presence/web2",
        "muster/1/result/web1",
        "muster/1/reply/alice@ops1/session1/web1",
        "muster/1",
        ""};
    return mutator_.below(20) == 0 ? mutator_.mutated(topics[mutator_.below(topics.size())])
                                   : topics[mutator_.below(topics.size())];
  }

  std::string payload(int number)
  {
    auto asked = request("r" + std::to_string(number), number % 3 == 0 ? "echo" : "nosuch");
    asked.data["text"] = std::string(mutator_.below(50), 'x');
    if (mutator_.below(2) == 0) {
      asked.filter.classes = {"/" + mutator_.noise() + "/"};
    }
    const std::string sealed = alice.seal(asked);
    switch (mutator_.below(6)) {
    case 0:
      return mutator_.noise();
    case 1:
      return mutator_.mutated(sealed);
    case 2:  // the signature holds, the body is hostile
      return alice.seal_bytes(asked.id, mutator_.mutated(sealed.substr(sealed.find('\n') + 1)));
    case 3:
      return mutator_.mutated(protocol::encode(protocol::Presence{}));
    case 4:
      return alice.seal_bytes(asked.id, mutator_.noise());
    default:
      return sealed;
    }
  }

  bool retained() { return mutator_.below(10) == 0; }

private:
  Mutator mutator_{20'261'122};
};

TEST(NodeUnderFire, SurvivesTwentyThousandHostileMessagesAndAnswersTheNextRequest)
{
  runtime::log::set_level(runtime::log::Level::error);
  HostileTopics fire;
  for (int number = 0; number < 20'000; ++number) {
    fire.client.deliver(fire.topic(), fire.payload(number), fire.retained());
    if (!fire.client.connected) {
      fire.client.connect();  // it stood back from a second web1
    }
    settle(fire.loop);
  }
  const auto& counters = fire.node.counters();
  EXPECT_GT(counters.dropped, 1000U);
  EXPECT_GT(counters.refused, 100U);
  EXPECT_GT(counters.accepted, 10U);
  for (const auto& message : fire.client.published) {
    ASSERT_TRUE(message.topic == "muster/1/presence/web1" || covers("muster/1/reply/+/+/web1", message.topic))
        << message.topic;
    ASSERT_LE(message.payload.size(), protocol::largest_encoded);
  }
  const auto before = fire.answers().size();
  fire.receive(fire.request("last", "echo"));
  const auto answers = fire.answers();
  ASSERT_EQ(answers.size(), before + 1);
  EXPECT_EQ(answers.back().outcome, protocol::Outcome::done);
  runtime::log::set_level(runtime::log::Level::info);
}

}  // namespace
}  // namespace muster::test
