#pragma once
// A text for people, in the two languages Foghorn speaks.

#include <string>

namespace foghorn {

enum class Language { zh, en };

struct Text {
  std::string zh;
  std::string en;

  const std::string& in(Language language) const { return language == Language::zh ? zh : en; }
  friend bool operator==(const Text&, const Text&) = default;
};

}  // namespace foghorn
