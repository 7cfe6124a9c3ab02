#pragma once
// The phrases that mistakes are told in. Whatever a person wrote is echoed through echoed(), and
// only through it.

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace foghorn {

/// `"text"` on one line, shortened, and of a URL no more than its host: a path or a query may be a
/// secret.
std::string echoed(std::string_view text);

/// `"a", "b" or "c"`.
std::string one_of(std::span<const std::string_view> words);

/// The known word that was meant: the nearest, or one that is a part of it or holds it; empty: no
/// guess.
std::string_view meant(std::string_view word, std::span<const std::string_view> known);

/// `did you mean "max_age"?`, or, where nothing is near, `write "a", "b" or "c"`; what to do
/// instead where there is nothing to choose from.
std::string instead_of(std::string_view word, std::span<const std::string_view> known,
                       std::string_view without_any);

std::vector<std::string_view> views_of(const std::vector<std::string>& words);

/// The duration that `text` almost says, as it is written here: "60" and "60 seconds" are "60s";
/// empty: no guess.
std::string meant_duration(std::string_view text);

}  // namespace foghorn
