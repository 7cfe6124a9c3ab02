#pragma once
// What changes from one config to another: for `foghorn check --diff`, which tells it beforehand,
// and for a reload, which does it. Pure. Nothing here holds a secret: of one it is told only that
// it changed.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/config/config.hpp"

namespace foghorn {

/// One key of a table, as config.toml calls it.
struct KeyChange {
  std::string key;
  /// Both as a config writes them, without quotes; empty: not set. Both nullopt of a secret, and
  /// of what is too long for a line.
  std::optional<std::string> from{};
  std::optional<std::string> to{};
  bool needs_restart{};

  friend bool operator==(const KeyChange&, const KeyChange&) = default;
};

/// A table that came, went, or says something else.
struct TableChange {
  enum class How : std::uint8_t { added, removed, changed };

  How how{};
  std::string what;   ///< "rule", "feed", …; "daemon" and the like for tables without a name
  std::string name;   ///< as the config has it; of a digest its time; empty: it has none
  std::string brief;  ///< what it is, of one that came; may be empty
  std::vector<KeyChange> keys{};          ///< of one that changed; may be none: see consequences
  std::vector<std::string> consequences;  ///< of a reload, each a sentence without its full stop

  friend bool operator==(const TableChange&, const TableChange&) = default;
};

struct Difference {
  std::vector<TableChange> tables{};

  bool empty() const { return tables.empty(); }

  /// The keys that no running daemon can change, as "[daemon] http"; a reload is refused while
  /// there are any.
  std::vector<std::string> needs_restart() const;
};

/// What a daemon that runs `now` changes to run `next`. The order of tables in their files means
/// nothing.
Difference difference(const Config& now, const Config& next);

/// For people: a line for each table that came (+), went (-) or changed (~, one for each key), its
/// consequences below it; or that nothing would change.
std::string to_text(const Difference& difference);

/// For a log line: "rules=+1-0~2 channels=+0-0~1", of what there is; "none" where nothing changed.
std::string counts_text(const Difference& difference);

/// "+", "-" or "~".
std::string_view sign_of(TableChange::How how);

/// Whether what this feed asks for, and how, is the same in both: then a reload leaves its
/// connections alone.
bool same_connections(const Config& now, const FeedSpec& before, const Config& next,
                      const FeedSpec& after);

}  // namespace foghorn
