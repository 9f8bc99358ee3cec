// SPDX-License-Identifier: Apache-2.0
#include "collector/web/live_feed.hpp"

#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace muster::collector::web {

namespace {

StoredEvent event_of(const std::string& node, const std::string& check)
{
  StoredEvent event;
  event.node = node;
  event.service = check;
  event.message = "what became of it";
  return event;
}

}  // namespace

TEST(LiveFeed, names_what_has_changed_once_and_not_what_became_of_it)
{
  LiveFeed feed;
  EXPECT_FALSE(feed.news());
  feed.take(event_of("web1", "check_load"));
  feed.take(event_of("web1", "check_load"));
  feed.take(event_of("web2", ""));
  EXPECT_EQ(
      "event: change\ndata: {\"changes\":[[\"web1\",\"check_load\"],[\"web2\",\"\"]],\"many\":false}\n\n",
      feed.news());
  EXPECT_FALSE(feed.news());
}

TEST(LiveFeed, is_one_line_of_bounded_length_in_a_storm)
{
  LiveFeed feed;
  for (int number = 0; number < 10'000; ++number) {
    feed.take(event_of("web" + std::to_string(number), "check"));
  }
  const auto news = feed.news();
  ASSERT_TRUE(news);
  EXPECT_THAT(*news, testing::HasSubstr("\"many\":true"));
  EXPECT_LT(news->size(), 8192U);
}

TEST(LiveFeed, has_no_line_but_its_own_whatever_a_check_is_called)
{
  LiveFeed feed;
  feed.take(event_of("web1", "a\n\nevent: evil\r\ndata: x\xff</script>\xe2\x80\xae"));
  const auto news = feed.news();
  ASSERT_TRUE(news);
  EXPECT_EQ(3, std::count(news->begin(), news->end(), '\n'));
  EXPECT_EQ(std::string::npos, news->find('\r'));
  EXPECT_THAT(*news, testing::HasSubstr("\\u202e"));
}

}  // namespace muster::collector::web
