// SPDX-License-Identifier: Apache-2.0
#include "cli/output/same_trouble.hpp"

#include <map>
#include <utility>

#include "libmuster/model/masked_text.hpp"

namespace muster::cli {

namespace {

struct Candidate {
  std::vector<std::size_t> members;  // indexes into the troubles
  std::vector<MaskedText> texts;
};

SameTrouble alone(const Trouble& trouble)
{
  return {{trouble.node}, trouble.kind, trouble.text};
}

SameTrouble together(const std::vector<Trouble>& troubles, const Candidate& candidate)
{
  SameTrouble same{{}, troubles[candidate.members.front()].kind, render_ranges(candidate.texts)};
  for (const auto member : candidate.members) {
    same.nodes.push_back(troubles[member].node);
  }
  return same;
}

}  // namespace

std::vector<SameTrouble> same_troubles(const std::vector<Trouble>& troubles, std::size_t least)
{
  std::map<std::pair<std::string, std::string>, Candidate> candidates;
  std::vector<const Candidate*> candidate_of;
  for (std::size_t i = 0; least > 0 && i < troubles.size(); ++i) {
    auto masked = mask_numbers(troubles[i].text);
    auto& candidate = candidates[{troubles[i].kind, masked.pattern}];
    candidate.members.push_back(i);
    candidate.texts.push_back(std::move(masked));
    candidate_of.push_back(&candidate);
  }
  std::vector<SameTrouble> same;
  for (std::size_t i = 0; i < troubles.size(); ++i) {
    if (least == 0 || candidate_of[i]->members.size() < least) {
      same.push_back(alone(troubles[i]));
    } else if (candidate_of[i]->members.front() == i) {
      same.push_back(together(troubles, *candidate_of[i]));
    }
  }
  return same;
}

}  // namespace muster::cli
