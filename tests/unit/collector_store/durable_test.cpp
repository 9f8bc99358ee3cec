// SPDX-License-Identifier: Apache-2.0
//
// What is on the disk when a write returns: SQLite's own calls that wait for it are counted.
#include <sys/syscall.h>
#include <unistd.h>

#include <gtest/gtest.h>

#include "collector/store/store.hpp"
#include "tests/support/temporary_directory.hpp"

namespace {

int waits = 0;  // for the disk, of the whole program: it has one thread

}  // namespace

// In place of the C library's, for SQLite too.
extern "C" int fdatasync(int file)
{
  ++waits;
  return static_cast<int>(syscall(SYS_fdatasync, file));
}

extern "C" int fsync(int file)
{
  ++waits;
  return static_cast<int>(syscall(SYS_fsync, file));
}

namespace muster::collector {
namespace {

class Writing : public testing::Test {
protected:
  Writing() : store{Store::open(directory.path() / "collector.db").value()} { write(Store::Kept::for_good); }

  int write(Store::Kept kept)
  {
    Batch batch;
    batch.events.push_back({});
    const auto before = waits;
    EXPECT_TRUE(store.write(batch, kept));
    return waits - before;
  }

  test::TemporaryDirectory directory;
  Store store;
};

TEST_F(Writing, WaitsForTheDiskWhenSomebodyRelies)
{
  EXPECT_GT(write(Store::Kept::for_good), 0);
  EXPECT_GT(write(Store::Kept::for_good), 0);
}

TEST_F(Writing, DoesNotWaitForWhatTheNodesStillHave)
{
  EXPECT_EQ(write(Store::Kept::quickly), 0);
  write(Store::Kept::for_good);
  EXPECT_EQ(write(Store::Kept::quickly), 0) << "nor behind what had to be kept";
}

}  // namespace
}  // namespace muster::collector
