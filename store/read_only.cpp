// Opening a store that is another process's: the daemon goes on writing while somebody reads.

#include <fmt/format.h>

#include <filesystem>
#include <string_view>

#include "store/impl.hpp"
#include "store/schema.hpp"

namespace foghorn {
namespace {

namespace fs = std::filesystem;

/// SQLite's URI of a path: what has a meaning in one is written by its number.
std::string uri_of(const std::string& path) {
  std::string uri{"file:"};
  for (const char c : path) {
    if (std::string_view{"%?#"}.find(c) == std::string_view::npos) {
      uri += c;
    } else {
      uri += fmt::format("%{:02X}", static_cast<unsigned>(c));
    }
  }
  return uri + "?immutable=1";
}

}  // namespace

SQLite::Database open_to_read(const std::string& path, Duration busy_limit) {
  const auto patience = std::chrono::duration_cast<std::chrono::milliseconds>(busy_limit);
  try {
    SQLite::Database database{path, SQLite::OPEN_READONLY, static_cast<int>(patience.count())};
    database.execAndGet("PRAGMA user_version");
    return database;
  } catch (const SQLite::Exception& e) {
    // SQLite reads a WAL file only where it may make the shared memory that goes with it, which who
    // may only read the folder cannot. While nobody has the store open there is none to share.
    const bool needs_memory =
        e.getErrorCode() == SQLITE_CANTOPEN || e.getErrorCode() == SQLITE_READONLY;
    if (!needs_memory || !fs::exists(path) || fs::exists(path + "-wal")) throw;
    return SQLite::Database{uri_of(path), SQLite::OPEN_READONLY | SQLite::OPEN_URI};
  }
}

Store::Impl::Impl(ReadOnly, const std::string& directory, StoreOptions store_options)
    : path{(fs::path{directory} / "foghorn.db").string()},
      options{std::move(store_options)},
      database{open_to_read(path, options.busy_limit)} {
  const int found = database.execAndGet("PRAGMA user_version").getInt();
  if (found != newest_schema()) {
    throw StoreError(fmt::format(
        "{}: written by {} Foghorn (schema {}, this one reads {}); use the version that runs here",
        path, found > newest_schema() ? "a later" : "an earlier", found, newest_schema()));
  }
  // One moment for all that is asked: never closed, it ends with the connection.
  database.exec("BEGIN");
}

Store::Store(ReadOnly, const std::string& directory, StoreOptions options) {
  const auto path = (fs::path{directory} / "foghorn.db").string();
  std::error_code ignored;
  if (!fs::exists(path, ignored)) {
    throw StoreError(fmt::format(
        "{}: there is no store that this user may read; start the daemon once, or correct data_dir",
        path));
  }
  try {
    impl_ = std::make_unique<Impl>(ReadOnly{}, directory, std::move(options));
  } catch (const SQLite::Exception& e) {
    throw StoreError(fmt::format("{}: cannot be read ({}); run this as the user that runs foghorn",
                                 path, e.what()));
  }
}

}  // namespace foghorn
