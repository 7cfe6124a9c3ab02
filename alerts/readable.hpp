#pragma once
// What a dispatcher needs from the store before it can begin.

#include <fmt/format.h>

#include <utility>

#include "store/store.hpp"

namespace foghorn {

/// Throws StoreError where the store gave an error.
template <class T>
T readable(Result<T> result) {
  if (result.has_value()) return *std::move(result);
  throw StoreError(fmt::format("the outbox cannot be read ({}); see whether the disk is in order",
                               result.error().message()));
}

}  // namespace foghorn
