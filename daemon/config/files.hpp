#pragma once
// What a config says about the world outside it: files, environment variables, URLs, addresses.
// Answers nullopt after noting a mistake. Nothing that may be a secret is echoed.

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "daemon/config/config.hpp"
#include "daemon/config/table_reader.hpp"

namespace foghorn {

/// Where a config stands in the world.
struct Surroundings {
  std::filesystem::path folder;  ///< of the config file: relative paths begin here
  const Environment& environment;
};

struct ReadFile {
  std::string text;
  std::string trouble;  ///< why there is no text; empty: there is
};

/// All of a file that a person may have written: at most 4 MiB.
ReadFile read_file(const std::filesystem::path& file);

/// `text` with every ${NAME} replaced by that variable.
std::optional<std::string> expand(TableReader& table, std::string_view key, std::string_view text,
                                  const Environment& environment);

/// Why `url` cannot be used where `scheme` is wanted, in a phrase without any of it; nullopt: it
/// can.
std::optional<std::string> unusable(std::string_view url, std::string_view scheme);

/// The path at `key`, with ${VARIABLES} in their place and from the config's folder; nullopt also
/// where it is absent.
std::optional<std::filesystem::path> path_at(TableReader& table, std::string_view key,
                                             const Surroundings& around);

/// The readable file of certificates at `ca_file`; empty where there is none.
std::filesystem::path ca_file_of(TableReader& table, const Surroundings& around);

/// The URL at `key`, which must be absolute, of `scheme` ("wss", "https") or, on loopback only,
/// without the s.
std::optional<std::string> url_at(TableReader& table, std::string_view key, std::string_view scheme,
                                  bool may_be_empty = false);

}  // namespace foghorn
