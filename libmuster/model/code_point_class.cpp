// SPDX-License-Identifier: Apache-2.0
#include "libmuster/model/code_point_class.hpp"

#include <algorithm>
#include <array>

namespace muster {

namespace {

struct CodePoints {
  char32_t first;
  char32_t last;
};

constexpr std::array treacherous{
    CodePoints{0x0000, 0x0008},
    CodePoints{0x000A, 0x001F},  // C0 but tab
    CodePoints{0x007F, 0x009F},  // DEL and C1
    CodePoints{0x00AD, 0x00AD},  // soft hyphen
    CodePoints{0x061C, 0x061C},  // Arabic letter mark
    CodePoints{0x115F, 0x1160},  // Hangul fillers
    CodePoints{0x180E, 0x180E},  // Mongolian vowel separator
    CodePoints{0x200B, 0x200F},  // zero width, marks of direction
    CodePoints{0x2028, 0x202E},  // line, paragraph, embeddings and overrides
    CodePoints{0x2060, 0x206F},  // joiners, isolates
    CodePoints{0x3164, 0x3164},  // Hangul filler
    CodePoints{0xFEFF, 0xFEFF},
    CodePoints{0xFFA0, 0xFFA0},  // byte order mark, Hangul filler
    CodePoints{0xFFF9, 0xFFFB},  // interlinear annotation
    CodePoints{0x1BCA0, 0x1BCA3},
    CodePoints{0x1D173, 0x1D17A},  // formats of shorthand and music
    CodePoints{0xE0000, 0xE0FFF},  // tags, selectors of variants
};

// Combining characters of the scripts that host names, labels and messages are written in.
constexpr std::array combining{
    CodePoints{0x0300, 0x036F}, CodePoints{0x0483, 0x0489}, CodePoints{0x0591, 0x05BD},
    CodePoints{0x05BF, 0x05BF}, CodePoints{0x05C1, 0x05C2}, CodePoints{0x05C4, 0x05C5},
    CodePoints{0x05C7, 0x05C7}, CodePoints{0x0610, 0x061A}, CodePoints{0x064B, 0x065F},
    CodePoints{0x0670, 0x0670}, CodePoints{0x06D6, 0x06DC}, CodePoints{0x06DF, 0x06E4},
    CodePoints{0x06E7, 0x06E8}, CodePoints{0x06EA, 0x06ED}, CodePoints{0x0900, 0x0902},
    CodePoints{0x093A, 0x093A}, CodePoints{0x093C, 0x093C}, CodePoints{0x0941, 0x0948},
    CodePoints{0x094D, 0x094D}, CodePoints{0x0951, 0x0957}, CodePoints{0x0E31, 0x0E31},
    CodePoints{0x0E34, 0x0E3A}, CodePoints{0x0E47, 0x0E4E}, CodePoints{0x1AB0, 0x1AFF},
    CodePoints{0x1DC0, 0x1DFF}, CodePoints{0x20D0, 0x20FF}, CodePoints{0x302A, 0x302D},
    CodePoints{0x3099, 0x309A}, CodePoints{0xFE00, 0xFE0F}, CodePoints{0xFE20, 0xFE2F},
};

constexpr std::array wide{
    CodePoints{0x1100, 0x115F},   CodePoints{0x231A, 0x231B},   CodePoints{0x2329, 0x232A},
    CodePoints{0x23E9, 0x23EC},   CodePoints{0x23F0, 0x23F0},   CodePoints{0x23F3, 0x23F3},
    CodePoints{0x25FD, 0x25FE},   CodePoints{0x2614, 0x2615},   CodePoints{0x2648, 0x2653},
    CodePoints{0x267F, 0x267F},   CodePoints{0x2693, 0x2693},   CodePoints{0x26A1, 0x26A1},
    CodePoints{0x26AA, 0x26AB},   CodePoints{0x26BD, 0x26BE},   CodePoints{0x26C4, 0x26C5},
    CodePoints{0x26CE, 0x26CE},   CodePoints{0x26D4, 0x26D4},   CodePoints{0x26EA, 0x26EA},
    CodePoints{0x26F2, 0x26F3},   CodePoints{0x26F5, 0x26F5},   CodePoints{0x26FA, 0x26FA},
    CodePoints{0x26FD, 0x26FD},   CodePoints{0x2705, 0x2705},   CodePoints{0x270A, 0x270B},
    CodePoints{0x2728, 0x2728},   CodePoints{0x274C, 0x274C},   CodePoints{0x274E, 0x274E},
    CodePoints{0x2753, 0x2755},   CodePoints{0x2757, 0x2757},   CodePoints{0x2795, 0x2797},
    CodePoints{0x27B0, 0x27B0},   CodePoints{0x27BF, 0x27BF},   CodePoints{0x2B1B, 0x2B1C},
    CodePoints{0x2B50, 0x2B50},   CodePoints{0x2B55, 0x2B55},   CodePoints{0x2E80, 0x303E},
    CodePoints{0x3041, 0x3247},   CodePoints{0x3250, 0x4DBF},   CodePoints{0x4E00, 0xA4CF},
    CodePoints{0xA960, 0xA97F},   CodePoints{0xAC00, 0xD7A3},   CodePoints{0xF900, 0xFAFF},
    CodePoints{0xFE10, 0xFE19},   CodePoints{0xFE30, 0xFE6F},   CodePoints{0xFF01, 0xFF60},
    CodePoints{0xFFE0, 0xFFE6},   CodePoints{0x16FE0, 0x18DFF}, CodePoints{0x1AFF0, 0x1B2FF},
    CodePoints{0x1F004, 0x1F004}, CodePoints{0x1F0CF, 0x1F0CF}, CodePoints{0x1F18E, 0x1F18E},
    CodePoints{0x1F191, 0x1F19A}, CodePoints{0x1F200, 0x1F320}, CodePoints{0x1F32D, 0x1F335},
    CodePoints{0x1F337, 0x1F37C}, CodePoints{0x1F37E, 0x1F393}, CodePoints{0x1F3A0, 0x1F3CA},
    CodePoints{0x1F3CF, 0x1F3D3}, CodePoints{0x1F3E0, 0x1F3F0}, CodePoints{0x1F3F4, 0x1F3F4},
    CodePoints{0x1F3F8, 0x1F43E}, CodePoints{0x1F440, 0x1F440}, CodePoints{0x1F442, 0x1F4FC},
    CodePoints{0x1F4FF, 0x1F53D}, CodePoints{0x1F54B, 0x1F54E}, CodePoints{0x1F550, 0x1F567},
    CodePoints{0x1F57A, 0x1F57A}, CodePoints{0x1F595, 0x1F596}, CodePoints{0x1F5A4, 0x1F5A4},
    CodePoints{0x1F5FB, 0x1F64F}, CodePoints{0x1F680, 0x1F6C5}, CodePoints{0x1F6CC, 0x1F6CC},
    CodePoints{0x1F6D0, 0x1F6D2}, CodePoints{0x1F6D5, 0x1F6DF}, CodePoints{0x1F6EB, 0x1F6EF},
    CodePoints{0x1F6F4, 0x1F6FF}, CodePoints{0x1F7E0, 0x1F7F0}, CodePoints{0x1F90C, 0x1F93A},
    CodePoints{0x1F93C, 0x1F945}, CodePoints{0x1F947, 0x1F9FF}, CodePoints{0x1FA70, 0x1FAFF},
    CodePoints{0x20000, 0x2FFFD}, CodePoints{0x30000, 0x3FFFD},
};

template <std::size_t count>
bool contains(const std::array<CodePoints, count>& table, char32_t code_point)
{
  const auto found =
      std::lower_bound(table.begin(), table.end(), code_point, [](const CodePoints& range, char32_t c) {
        return range.last < c;
      });
  return found != table.end() && found->first <= code_point;
}

}  // namespace

bool is_treacherous(char32_t code_point)
{
  return contains(treacherous, code_point);
}

std::size_t columns_of(char32_t code_point)
{
  if (code_point == '\t' || is_treacherous(code_point) || contains(combining, code_point)) {
    return 0;
  }
  return contains(wide, code_point) ? 2 : 1;
}

}  // namespace muster
