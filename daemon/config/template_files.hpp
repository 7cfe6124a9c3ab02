#pragma once
// A user's own texts for messages: zh.toml and en.toml in a folder, each with some of those of
// alerts/templates.

#include <filesystem>
#include <memory>
#include <string_view>
#include <vector>

#include "alerts/channels/templates.hpp"
#include "daemon/config/files.hpp"
#include "daemon/config/table_reader.hpp"

namespace foghorn {

/// Puts the texts of `toml_text`, the content of `file`, in the place of those in `templates`.
/// Returns every mistake; what has one stays as it was.
std::vector<Mistake> read_template_file(std::string_view toml_text,
                                        const std::filesystem::path& file, Language language,
                                        Templates& templates);

/// The built-in texts, and in their place those of the folder at `templates`; null where there is
/// no such key.
std::shared_ptr<const Templates> read_templates(TableReader& table, const Surroundings& around);

}  // namespace foghorn
