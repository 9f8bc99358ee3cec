// SPDX-License-Identifier: Apache-2.0
#include "libmuster/model/base_unit.hpp"

#include <algorithm>
#include <array>

namespace muster {

namespace {

constexpr double kibi = 1024;

struct PrintedUnit {
  std::string_view printed;
  std::string_view base;
  double factor;
};

constexpr std::array known_units{
    PrintedUnit{"s", "s", 1},
    PrintedUnit{"ms", "s", 1e-3},
    PrintedUnit{"us", "s", 1e-6},
    PrintedUnit{"\u00b5s", "s", 1e-6},  // micro sign
    PrintedUnit{"\u03bcs", "s", 1e-6},  // Greek mu
    PrintedUnit{"ns", "s", 1e-9},
    PrintedUnit{"B", "B", 1},
    PrintedUnit{"KB", "B", kibi},
    PrintedUnit{"kB", "B", kibi},
    PrintedUnit{"KiB", "B", kibi},
    PrintedUnit{"MB", "B", kibi* kibi},
    PrintedUnit{"MiB", "B", kibi* kibi},
    PrintedUnit{"GB", "B", kibi* kibi* kibi},
    PrintedUnit{"GiB", "B", kibi* kibi* kibi},
    PrintedUnit{"TB", "B", kibi* kibi* kibi* kibi},
    PrintedUnit{"TiB", "B", kibi* kibi* kibi* kibi},
    PrintedUnit{"PB", "B", kibi* kibi* kibi* kibi* kibi},
    PrintedUnit{"PiB", "B", kibi* kibi* kibi* kibi* kibi},
    PrintedUnit{"EB", "B", kibi* kibi* kibi* kibi* kibi* kibi},
    PrintedUnit{"EiB", "B", kibi* kibi* kibi* kibi* kibi* kibi}};

}  // namespace

BaseUnit base_unit(std::string_view printed)
{
  const auto* const found =
      std::find_if(known_units.begin(), known_units.end(), [&](const PrintedUnit& unit) {
        return unit.printed == printed;
      });
  return found == known_units.end() ? BaseUnit{printed, 1} : BaseUnit{found->base, found->factor};
}

}  // namespace muster
