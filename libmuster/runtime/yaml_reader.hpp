// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "libmuster/error.hpp"

namespace muster::runtime {

// One node of a YAML document as plain values; JSON is read as well, being YAML. Scalars keep their text, and
// whether they were quoted: a quoted "true" or "10" is a word.
struct YamlNode {
  enum class Kind { null, scalar, sequence, map };
  struct Member;

  Kind kind = Kind::null;
  std::string text;             // of a scalar
  bool quoted = false;          // of a scalar
  std::vector<YamlNode> items;  // of a sequence
  std::vector<Member> members;  // of a map, in the order of the file, no key twice
  int line = 0;                 // counted from 1
  int column = 0;               // counted from 1

  [[nodiscard]] const YamlNode* member(std::string_view key) const noexcept;
};

struct YamlNode::Member {
  std::string key;
  int line = 0;  // of the key
  int column = 0;
  YamlNode value;
};

// The document that a file holds, and the name it is called by in complaints.
struct YamlDocument {
  std::string file;
  YamlNode root;
};

struct YamlLimits {
  std::size_t bytes = std::size_t{1} << 20U;  // a configuration of 10,000 lines is a fifth of this
  std::size_t depth = 16;                     // as everywhere in Muster
  std::size_t nodes = 50'000;  // counted with every alias written out, so that no alias explodes
};

// Reads one document. Limits are counted on the parser's events, while the tree is built and before anything
// is added to it. An empty text is a document whose root is null. The error reads "FILE:LINE:COLUMN: what was
// expected".
Expected<YamlDocument> read_yaml(std::string file, std::string_view text, const YamlLimits& limits = {});

}  // namespace muster::runtime
