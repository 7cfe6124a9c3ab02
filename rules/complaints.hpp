#pragma once
// What is wrong with one text, gathered by everyone who reads it, and told in the order of the
// text.

#include <cstddef>
#include <string>
#include <vector>

#include "model/result.hpp"
#include "model/specs.hpp"

namespace foghorn {

class Complaints {
 public:
  /// Both outlive the complaints.
  Complaints(const Located& text, const std::string& place) : text_{text}, place_{place} {}

  /// About what stands at byte `at`; a place past the end becomes the last character's.
  void add(std::size_t at, std::string what, std::string remedy);

  bool empty() const { return complaints_.empty(); }

  /// With file, line and column, in the order of their places.
  std::vector<Mistake> take();

 private:
  struct Complaint {
    std::size_t at;
    std::string what;
    std::string remedy;
  };

  const Located& text_;
  const std::string& place_;
  std::vector<Complaint>
      complaints_;  ///< in the order of their places; of one place, of their coming
};

}  // namespace foghorn
