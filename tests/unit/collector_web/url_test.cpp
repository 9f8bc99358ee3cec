// SPDX-License-Identifier: Apache-2.0
#include "collector/web/url.hpp"

#include <string>
#include <string_view>

#include <gtest/gtest.h>

namespace muster::collector::web {

TEST(Url, decodes_escapes_and_in_fields_a_plus)
{
  EXPECT_EQ("a b/c+", *percent_decoded("a%20b%2fc+", false));
  EXPECT_EQ("a b ", *percent_decoded("a%20b+", true));
}

TEST(Url, refuses_broken_escapes_and_a_nul)
{
  for (const auto* text : {"%", "%4", "%zz", "a%0", "%00", "%-1"}) {
    EXPECT_FALSE(percent_decoded(text, false)) << text;
  }
  EXPECT_FALSE(percent_decoded(std::string_view{"a\0b", 3}, false));
}

TEST(Url, encodes_every_byte_that_could_mean_something)
{
  EXPECT_EQ("web1.example-net_~", percent_encoded("web1.example-net_~"));
  EXPECT_EQ("%22%3Cb%3E%26%2F%3F%23%20%C3%A9", percent_encoded("\"<b>&/?# é"));
  const std::string all = "\x01\x7f\xff%+=&;";
  EXPECT_EQ(all, *percent_decoded(percent_encoded(all), true));
}

TEST(Url, reads_fields_in_their_order_and_keeps_those_that_repeat)
{
  const auto fields = parse_fields("filter=location%3Duk+%2Fapache%2F&state=critical&&state=unknown&bare");
  ASSERT_TRUE(fields);
  EXPECT_EQ("location=uk /apache/", first_of(*fields, "filter"));
  EXPECT_EQ((std::vector<std::string>{"critical", "unknown"}), all_of(*fields, "state"));
  EXPECT_EQ("", first_of(*fields, "bare"));
  EXPECT_EQ(4U, fields->size());
}

TEST(Url, reads_no_more_fields_than_any_form_has)
{
  std::string text;
  for (std::size_t count = 0; count <= most_fields; ++count) {
    text += "a=1&";
  }
  EXPECT_FALSE(parse_fields(text));
}

TEST(Url, writes_a_query_without_what_is_empty)
{
  EXPECT_EQ("filter=a%3Db&check=x", query_text({{"filter", "a=b"}, {"node", ""}, {"check", "x"}}));
}

TEST(Url, splits_a_target_and_takes_only_paths)
{
  const auto target = parse_target("/nodes/web1%20?x=%41");
  ASSERT_TRUE(target);
  EXPECT_EQ("/nodes/web1 ", target->path);
  EXPECT_EQ("A", first_of(target->query, "x"));
  EXPECT_FALSE(parse_target("http://evil/"));
  EXPECT_FALSE(parse_target("*"));
  EXPECT_FALSE(parse_target(""));
}

TEST(Url, leads_back_only_to_pages_of_ours)
{
  EXPECT_TRUE(is_local_path("/nodes/web1?all=1"));
  for (const auto* text :
       {"//evil.example/", "/\\evil.example", "http://evil/", "", "nodes", "/a\nb", "/ä"}) {
    EXPECT_FALSE(is_local_path(text)) << text;
  }
}

}  // namespace muster::collector::web
