#pragma once
// A text that must not be seen: a webhook's URL is its password.

#include <iosfwd>
#include <string>
#include <utility>

namespace foghorn {

/// Holds a secret; cannot be printed, formatted or converted. Who calls reveal() answers for where
/// it goes.
class Secret {
 public:
  Secret() = default;
  explicit Secret(std::string text) : text_{std::move(text)} {}

  const std::string& reveal() const { return text_; }
  bool empty() const { return text_.empty(); }

  friend bool operator==(const Secret&, const Secret&) = default;
  friend std::ostream& operator<<(std::ostream&, const Secret&) = delete;

 private:
  std::string text_;
};

}  // namespace foghorn
