#include "store/store.hpp"

#include <fmt/format.h>

#include <sqlite3.h>

#include <cerrno>
#include <filesystem>

#include "store/backup.hpp"
#include "store/impl.hpp"
#include "store/schema.hpp"
#include "store/trouble.hpp"

namespace foghorn {
namespace {

namespace fs = std::filesystem;

class Category final : public boost::system::error_category {
  const char* name() const noexcept override { return "sqlite"; }
  std::string message(int code) const override { return sqlite3_errstr(code); }
};

fs::path directory_made(const std::string& directory) {
  std::error_code error;
  fs::create_directories(directory, error);
  if (error) {
    throw StoreError(fmt::format(
        "{}: data_dir cannot be made ({}); make it and give it to the user that runs foghorn",
        directory, error.message()));
  }
  return directory;
}

}  // namespace

const boost::system::error_category& sqlite_category() noexcept {
  static const Category category;
  return category;
}

Store::Impl::Impl(const std::string& directory, StoreOptions store_options)
    : path{(directory_made(directory) / "foghorn.db").string()},
      lock{(fs::path{directory} / "foghorn.lock").string()},
      options{std::move(store_options)},
      database{path, SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE} {
  const auto limit = std::chrono::duration_cast<std::chrono::milliseconds>(options.busy_limit);
  database.setBusyTimeout(static_cast<int>(limit.count()));
  database.exec("PRAGMA journal_mode = WAL");
  database.exec("PRAGMA synchronous = FULL");
  // What is damaged is found now, not in the middle of a shock.
  const auto verdict = database.execAndGet("PRAGMA quick_check(1)").getString();
  if (verdict != "ok") throw SQLite::Exception(verdict, SQLITE_CORRUPT);
  const int found = schema_of(database);
  if (found > 0 && found < newest_schema())
    upgraded = StoreUpgrade{found, newest_schema(), keep_copy(database, path, found)};
  migrate(database, path);
}

Store::Store(const std::string& directory, StoreOptions options) {
  try {
    impl_ = std::make_unique<Impl>(directory, std::move(options));
  } catch (const SQLite::Exception& e) {
    const auto trouble = trouble_of(
        e.getExtendedErrorCode() > 0 ? e.getExtendedErrorCode() : e.getErrorCode(), errno);
    throw StoreError(
        not_opened_text(trouble, (fs::path{directory} / "foghorn.db").string(), e.what()));
  }
}

Store::~Store() = default;

const std::optional<StoreUpgrade>& Store::upgraded() const {
  return impl_->upgraded;
}

const std::optional<StoreTrouble>& Store::trouble() const {
  return impl_->trouble;
}

const std::string& Store::trouble_text() const {
  return impl_->text;
}

std::uint64_t Store::changes() const {
  // Of 64 bits since SQLite 3.37; Debian 12 has 3.40.
  return static_cast<std::uint64_t>(sqlite3_total_changes64(impl_->database.getHandle()));
}

}  // namespace foghorn
