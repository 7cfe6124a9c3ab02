#pragma once
// How the dispatcher tells a person that what was asked for is not done.

#include <boost/system/result.hpp>

#include <string>

namespace foghorn {

/// In words for that person: what is wrong, and what to ask for instead.
struct Refusal {
  std::string sentence;

  friend bool operator==(const Refusal&, const Refusal&) = default;
};

/// What was asked for, done; or why it is not.
template <class T>
using Granted = boost::system::result<T, Refusal>;

}  // namespace foghorn
