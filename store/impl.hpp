#pragma once
// What the store's files share; nobody else includes it.

#include <SQLiteCpp/SQLiteCpp.h>
#include <sqlite3.h>

#include <optional>
#include <string>
#include <type_traits>

#include "store/lock_file.hpp"
#include "store/store.hpp"

namespace foghorn {

struct Store::Impl {
  Impl(const std::string& directory, StoreOptions store_options);
  Impl(ReadOnly, const std::string& directory, StoreOptions store_options);

  /// Keeps why a commit failed.
  void note(const Result<void>& outcome);

  std::string path;
  std::optional<LockFile> lock{};  // none of who only reads
  StoreOptions options;
  SQLite::Database database;
  std::optional<StoreUpgrade> upgraded{};
  std::optional<StoreTrouble> trouble{};  // of the last commit
  std::string text{};                     // the same for people
};

/// A connection to a store that is another process's, whatever its schema. Throws
/// SQLite::Exception.
SQLite::Database open_to_read(const std::string& path, Duration busy_limit);

inline std::int64_t micros(Timestamp t) {
  return t.time_since_epoch().count();
}

inline Timestamp timestamp(const SQLite::Column& column) {
  return Timestamp{Duration{column.getInt64()}};
}

/// Runs `work`; what SQLite throws becomes an error.
template <class Work>
auto guarded(Work&& work) -> Result<decltype(work())> {
  try {
    if constexpr (std::is_void_v<decltype(work())>) {
      work();
      return {};
    } else {
      return work();
    }
  } catch (const SQLite::Exception& e) {
    const int code = e.getErrorCode() > 0 ? e.getErrorCode() : SQLITE_ERROR;
    return boost::system::error_code{code, sqlite_category()};
  }
}

}  // namespace foghorn
