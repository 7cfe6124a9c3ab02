#include "rules/complaints.hpp"

#include <algorithm>
#include <utility>

#include "rules/characters.hpp"

namespace foghorn {

void Complaints::add(std::size_t at, std::string what, std::string remedy) {
  const auto place = std::upper_bound(complaints_.begin(), complaints_.end(), at,
                                      [](std::size_t a, const Complaint& b) { return a < b.at; });
  complaints_.insert(place, {at, std::move(what), std::move(remedy)});
}

std::vector<Mistake> Complaints::take() {
  std::vector<Mistake> mistakes;
  mistakes.reserve(complaints_.size());
  int line = text_.line;
  int column = text_.column;
  std::size_t walked = 0;
  auto jump = text_.jumps.begin();
  for (auto& complaint : complaints_) {
    while (walked < complaint.at && walked < text_.text.size()) {
      const Character c = character_at(text_.text, walked);
      if (walked + c.size >= text_.text.size()) break;  // stay on the last character
      if (walked + c.size > complaint.at) break;        // inside this one
      walked += c.size;
      if (c.code == '\n') {
        ++line;
        column = 1;
      } else {
        ++column;
      }
      for (; jump != text_.jumps.end() && jump->at <= walked; ++jump) {
        line = jump->line;
        column = jump->column;
      }
    }
    const bool known = text_.line > 0;
    mistakes.push_back({text_.file, known ? line : 0, known ? column : 0, place_,
                        std::move(complaint.what), std::move(complaint.remedy)});
  }
  complaints_.clear();
  return mistakes;
}

}  // namespace foghorn
