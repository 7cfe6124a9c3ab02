#pragma once
// Copies of a store: whole, consistent, checked, and durable before anybody is told of them.

#include <cstdint>
#include <string>

#include "store/store.hpp"

namespace SQLite {
class Database;
}

namespace foghorn {

struct StoreCopy {
  std::int64_t bytes{};
  int schema{};
};

/// Copies the store in `directory` to `file`, which must not exist, while its owner goes on
/// writing: all of it as of one moment, a mebibyte at a time, for its user only (0600). What was
/// copied is read whole and checked, and it and its folder's entry are on the disk, before this
/// returns. A failure leaves no file of that name. Throws StoreError, in a sentence a person can
/// act on.
StoreCopy back_up(const std::string& directory, const std::string& file);

/// Copies `database`, the store at `path` with schema `schema`, to `path`.schema-N beside it, and
/// deletes the copies that earlier upgrades made and drafts that they left; nothing else that lies
/// there. Who calls it owns the store. Returns its name. Throws StoreError.
std::string keep_copy(SQLite::Database& database, const std::string& path, int schema);

}  // namespace foghorn
