#pragma once
// The database's tables, and how an older database becomes today's.

#include <string>

namespace SQLite {
class Database;
}

namespace foghorn {

/// Brings `database` to the newest schema, all numbered steps in one transaction; PRAGMA
/// user_version says where it stands. Throws StoreError for a database that a later version wrote,
/// and SQLite::Exception for what SQLite finds wrong.
void migrate(SQLite::Database& database, const std::string& path);

/// The number of steps that `database` has had; 0: it is empty.
int schema_of(SQLite::Database& database);

/// The number of steps this version knows.
int newest_schema();

}  // namespace foghorn
