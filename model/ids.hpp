#pragma once
// Deterministic names: the same parts give the same id, on every machine, in every life of the
// daemon.

#include <initializer_list>
#include <string>
#include <string_view>

namespace foghorn {

/// 16 characters of lower-case base 32 (80 bits) of the SHA-256 of `parts`, each preceded by its
/// length, so that
/// ("ab","c") and ("a","bc") differ.
std::string make_id(std::initializer_list<std::string_view> parts);

}  // namespace foghorn
