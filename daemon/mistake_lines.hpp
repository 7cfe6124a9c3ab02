#pragma once
// Mistakes as people read them: the one line that other programs read too, and for a terminal the
// source below it, with a caret under the place.

#include <ostream>
#include <span>
#include <string>

#include "model/result.hpp"

namespace foghorn {

/// One line each; with `carets`, below it the line of the file and the place, where these are
/// known. A line that may hold a secret (of a channel, a feed, the daemon) is never shown.
void write_mistakes(std::span<const Mistake> mistakes, bool carets, std::ostream& out);

/// `line` and a caret under its character number `column` (from 1), on two lines; of a long one the
/// part around it. Characters of double width, as Chinese ones, count twice.
std::string caret_lines(std::string line, int column);

}  // namespace foghorn
