#pragma once
// `foghorn decode`: a venue's frames in, one a line; what they say out, one JSON object a line.

#include <iosfwd>
#include <string>
#include <string_view>

namespace foghorn {

/// Reads `in` to its end. `contracts_file` is empty, or the path of a JSON object symbol ->
/// {"multiplier": number, "inverse": bool}. Returns the exit code: 0, or 2 where the venue or the
/// contracts file is wrong, which `errors` then says in one line.
int run_decode(std::string_view venue, const std::string& contracts_file, std::istream& in,
               std::ostream& out, std::ostream& errors);

}  // namespace foghorn
