// SPDX-License-Identifier: Apache-2.0
#include "collector/history_worker.hpp"

#include <boost/asio/io_context.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "libmuster/model/perfdata.hpp"
#include "tests/support/temporary_directory.hpp"

namespace muster::collector {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

class AHistory : public testing::Test {
protected:
  AHistory() : worker{std::make_unique<HistoryWorker>(loop.get_executor(), settings())} {}

  [[nodiscard]] WriterSettings settings() const
  {
    WriterSettings settings;
    settings.history.layout.root = directory.path();
    return settings;
  }

  // Two hours of it, one a minute, up to now.
  void add_load(const std::string& node, const std::string& perfdata)
  {
    const auto now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
    std::vector<Measurement> measurements;
    for (auto age = 120min; age >= 0min; age -= 1min) {
      measurements.push_back({node, "load", now - age, 60s, parse_perfdata(perfdata)});
    }
    worker->add(measurements);
  }

  Expected<std::string> draw(PictureQuery query)
  {
    query.to = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
    query.from = query.to - 1h;
    query.check = "load";
    return wait_for<std::string>([&](auto done) { worker->draw(query, std::move(done)); });
  }

  template <typename Result, typename Begin>
  Expected<Result> wait_for(Begin begin)
  {
    std::optional<Expected<Result>> got;
    begin([&](Expected<Result> result) { got = std::move(result); });
    loop.restart();
    const auto stay = boost::asio::make_work_guard(loop);
    const auto deadline = std::chrono::steady_clock::now() + 30s;
    while (!got && std::chrono::steady_clock::now() < deadline) {
      loop.run_one_for(100ms);
    }
    return got ? std::move(*got) : failure(ErrorCode::timed_out, "no answer came");
  }

  test::TemporaryDirectory directory;
  boost::asio::io_context loop;
  std::unique_ptr<HistoryWorker> worker;
};

PictureQuery of(const std::string& node)
{
  PictureQuery query;
  query.node = node;
  return query;
}

TEST_F(AHistory, IsDrawnWithItsLabelsAndThresholds)
{
  add_load("web1", "load1=1.5;2;4 'a:b\\c'=0.7");
  const auto svg = draw(of("web1"));
  ASSERT_TRUE(svg) << svg.error().message;
  EXPECT_THAT(*svg, HasSubstr("<svg"));
  auto query = of("web1");
  query.svg = false;
  query.dark = true;
  const auto png = draw(query);
  ASSERT_TRUE(png) << png.error().message;
  EXPECT_TRUE(png->starts_with("\x89PNG"));
}

TEST_F(AHistory, OfTheFleetIsABandAndAStackOfStates)
{
  add_load(fleet_node, "ok=7 warning=1 critical=2 unknown=0 missing=1 median=0.1s p95=0.2s max=0.4s");
  for (const auto kind : {PictureQuery::Kind::fleet_band, PictureQuery::Kind::fleet_states}) {
    PictureQuery query;
    query.kind = kind;
    const auto svg = draw(query);
    ASSERT_TRUE(svg) << svg.error().message;
    EXPECT_THAT(*svg, HasSubstr("<svg"));
  }
}

TEST_F(AHistory, ThatIsNotThereIsSaid)
{
  const auto picture = draw(of("nobody"));
  ASSERT_FALSE(picture);
  EXPECT_EQ(picture.error().code, ErrorCode::not_found);
  EXPECT_EQ(
      picture.error().message,
      "there is no history of load of nobody yet: it begins with the first result that has numbers");
}

TEST_F(AHistory, GivesItsNumbers)
{
  add_load("web1", "load1=1.5;2;4 time=20ms");
  const auto values = wait_for<HistoryWorker::Values>(
      [&](auto done) { worker->read("web1", "load", 1h, 60, std::move(done)); });
  ASSERT_TRUE(values) << values.error().message;
  ASSERT_EQ(values->series.size(), 2U);
  EXPECT_EQ(values->series.at(1).unit, "s");
  EXPECT_EQ(values->step, 60s);
  const auto& row = values->rows.at(values->rows.size() / 2);
  EXPECT_DOUBLE_EQ(row.at(0).value_or(-1), 1.5);
  EXPECT_DOUBLE_EQ(row.at(1).value_or(-1), 0.02);
}

TEST_F(AHistory, IsGoneWithItsNode)
{
  add_load("web1", "load1=1");
  ASSERT_TRUE(draw(of("web1")));
  worker->forget("web1");
  EXPECT_FALSE(draw(of("web1")));
}

TEST_F(AHistory, IsWrittenWhenTheCollectorStops)
{
  add_load("web1", "load1=1");
  worker.reset();
  EXPECT_TRUE(std::filesystem::exists(directory.path() / "web1" / "load.rrd"));
}

TEST_F(AHistory, RefusesMorePicturesThanAnybodyWaitsFor)
{
  add_load("web1", "load1=1");
  int refused = 0;
  for (int i = 0; i < 3 * HistoryWorker::most_waiting; ++i) {
    worker->draw(of("web1"), [&](const Expected<std::string>& image) {
      refused += !image && image.error().code == ErrorCode::timed_out ? 1 : 0;
    });
  }
  EXPECT_GT(refused, 0);
}

}  // namespace
}  // namespace muster::collector
