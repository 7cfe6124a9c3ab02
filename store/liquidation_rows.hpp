#pragma once
// How a commit writes liquidations; nobody but the store includes it.

#include "model/liquidation_minute.hpp"

namespace SQLite {
class Database;
}

namespace foghorn {

/// A row that is known is passed over.
void put(SQLite::Database& database, const LiquidationMinute& row);
/// The last word on (venue, since).
void put(SQLite::Database& database, const StreamStretch& stretch);

}  // namespace foghorn
