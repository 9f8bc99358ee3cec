// SPDX-License-Identifier: Apache-2.0
#include "libmuster/runtime/yaml_reader.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <sstream>
#include <unordered_map>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/mark.h>
#include <yaml-cpp/parser.h>

#include "libmuster/runtime/yaml_text.hpp"

namespace muster::runtime {

namespace {

// Leaves the parser at the event that breaks a rule; never leaves this file.
struct Refusal {
  int line;
  int column;
  std::string message;
};

[[noreturn]] void refuse(const YAML::Mark& mark, std::string message)
{
  throw Refusal{mark.line + 1, mark.column + 1, std::move(message)};
}

// How much a subtree costs when an alias repeats it.
struct Cost {
  std::size_t nodes = 0;
  std::size_t bytes = 0;
  std::size_t height = 0;
};

Cost cost_of(const YamlNode& node)
{
  const bool is_container = node.kind == YamlNode::Kind::sequence || node.kind == YamlNode::Kind::map;
  Cost cost{1, node.text.size(), is_container ? 1U : 0U};
  const auto add = [&cost](const YamlNode& child, std::size_t key_bytes) {
    const auto below = cost_of(child);
    cost.nodes += below.nodes;
    cost.bytes += below.bytes + key_bytes;
    cost.height = std::max(cost.height, below.height + 1);
  };
  for (const auto& item : node.items) {
    add(item, 0);
  }
  for (const auto& member : node.members) {
    add(member.value, member.key.size());
  }
  return cost;
}

// Builds our tree from the parser's events, so that a limit strikes before the memory is spent.
class TreeBuilder final : public YAML::EventHandler {
public:
  TreeBuilder(std::string_view text, const YamlLimits& limits) : text_{text}, limits_{limits} {}

  YamlNode take_root() { return std::move(root_); }

  void OnDocumentStart(const YAML::Mark& mark) override
  {
    if (documents_++ > 0) {
      refuse(mark, "expected the end of the file: there may be only one document");
    }
  }

  void OnDocumentEnd() override {}

  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override { add(mark, anchor, {}); }

  void OnScalar(
      const YAML::Mark& mark,
      const std::string& tag,
      YAML::anchor_t anchor,
      const std::string& value) override
  {
    if (tag == "!" && !quotes_close(text_, static_cast<std::size_t>(mark.pos))) {
      refuse(mark, "expected a closing quote");
    }
    YamlNode node;
    node.kind = YamlNode::Kind::scalar;
    node.text = value;
    node.quoted = tag == "!" || tag == "tag:yaml.org,2002:str";
    add(mark, anchor, std::move(node));
  }

  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override
  {
    const auto found = anchors_.find(anchor);
    if (found == anchors_.end()) {
      refuse(mark, "expected a value: this alias contains itself");
    }
    const auto cost = cost_of(found->second);
    spend(mark, cost.nodes - 1, cost.bytes);  // add() counts the last one
    if (open_.size() + cost.height > limits_.depth) {
      refuse_depth(mark);
    }
    add(mark, YAML::NullAnchor, found->second);
  }

  void OnSequenceStart(
      const YAML::Mark& mark, const std::string&, YAML::anchor_t anchor, YAML::EmitterStyle::value) override
  {
    open(mark, anchor, YamlNode::Kind::sequence);
  }

  void OnMapStart(
      const YAML::Mark& mark, const std::string&, YAML::anchor_t anchor, YAML::EmitterStyle::value) override
  {
    open(mark, anchor, YamlNode::Kind::map);
  }

  void OnSequenceEnd() override { close(); }

  void OnMapEnd() override { close(); }

private:
  struct Open {
    YamlNode node;
    YAML::anchor_t anchor;
    YAML::Mark mark;
    std::optional<YamlNode> key;                 // read, its value still to come
    std::unordered_map<std::string, int> lines;  // of the keys so far
  };

  [[noreturn]] void refuse_depth(const YAML::Mark& mark) const
  {
    refuse(mark, "expected at most " + std::to_string(limits_.depth) + " levels");
  }

  void spend(const YAML::Mark& mark, std::size_t nodes, std::size_t bytes)
  {
    nodes_ += nodes;
    bytes_ += bytes;
    if (nodes_ > limits_.nodes) {
      refuse(mark, "expected at most " + std::to_string(limits_.nodes) + " values, aliases written out");
    }
    if (bytes_ > limits_.bytes) {
      refuse(mark, "expected at most " + std::to_string(limits_.bytes) + " bytes, aliases written out");
    }
  }

  void open(const YAML::Mark& mark, YAML::anchor_t anchor, YamlNode::Kind kind)
  {
    if (expects_key()) {
      refuse(mark, "expected a word as a key");
    }
    if (open_.size() >= limits_.depth) {
      refuse_depth(mark);
    }
    Open opened{{}, anchor, mark, std::nullopt, {}};
    opened.node.kind = kind;
    open_.push_back(std::move(opened));
  }

  void close()
  {
    auto closed = std::move(open_.back());
    open_.pop_back();
    add(closed.mark, closed.anchor, std::move(closed.node));
  }

  [[nodiscard]] bool expects_key() const
  {
    return !open_.empty() && open_.back().node.kind == YamlNode::Kind::map && !open_.back().key;
  }

  void add(const YAML::Mark& mark, YAML::anchor_t anchor, YamlNode node)
  {
    spend(mark, 1, node.kind == YamlNode::Kind::scalar ? node.text.size() : 0);
    node.line = mark.line + 1;
    node.column = mark.column + 1;
    if (anchor != YAML::NullAnchor) {
      anchors_.insert_or_assign(anchor, node);
    }
    if (open_.empty()) {
      root_ = std::move(node);
    } else if (expects_key()) {
      take_key(mark, std::move(node));
    } else {
      take_value(std::move(node));
    }
  }

  void take_key(const YAML::Mark& mark, YamlNode node)
  {
    if (node.kind != YamlNode::Kind::scalar) {
      refuse(mark, "expected a word as a key");
    }
    auto& parent = open_.back();
    const auto [first, is_new] = parent.lines.emplace(node.text, node.line);
    if (!is_new) {
      refuse(mark, "expected another key: this one is already in line " + std::to_string(first->second));
    }
    parent.key = std::move(node);
  }

  void take_value(YamlNode node)
  {
    auto& parent = open_.back();
    if (parent.node.kind == YamlNode::Kind::sequence) {
      parent.node.items.push_back(std::move(node));
      return;
    }
    auto& key = *parent.key;
    parent.node.members.push_back({std::move(key.text), key.line, key.column, std::move(node)});
    parent.key.reset();
  }

  std::string_view text_;
  YamlLimits limits_;
  YamlNode root_;
  std::vector<Open> open_;
  std::map<YAML::anchor_t, YamlNode> anchors_;
  std::size_t nodes_ = 0;
  std::size_t bytes_ = 0;
  int documents_ = 0;
};

}  // namespace

const YamlNode* YamlNode::member(std::string_view key) const noexcept
{
  const auto found =
      std::find_if(members.begin(), members.end(), [key](const auto& entry) { return entry.key == key; });
  return found == members.end() ? nullptr : &found->value;
}

Expected<YamlDocument> read_yaml(std::string file, std::string_view text, const YamlLimits& limits)
{
  constexpr std::string_view byte_order_mark = "\xef\xbb\xbf";
  if (text.substr(0, byte_order_mark.size()) == byte_order_mark) {
    text.remove_prefix(byte_order_mark.size());
  }
  if (auto checked = check_yaml_text(file, text, limits); !checked) {
    return tl::make_unexpected(std::move(checked).error());
  }
  TreeBuilder tree{text, limits};
  try {
    std::istringstream stream{std::string{text}};
    YAML::Parser parser{stream};
    while (parser.HandleNextDocument(tree)) {
    }
  } catch (const Refusal& refusal) {
    return yaml_complaint(file, refusal.line, refusal.column, refusal.message);
  } catch (const YAML::Exception& error) {
    return yaml_complaint(file, error.mark.line + 1, error.mark.column + 1, "expected YAML: " + error.msg);
  }
  return YamlDocument{std::move(file), tree.take_root()};
}

}  // namespace muster::runtime
