#include "daemon/data_owner.hpp"

#include <grp.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

namespace foghorn {

void act_as_owner_of(const std::filesystem::path& folder) {
  struct ::stat there {};
  if (::geteuid() != 0 || ::stat(folder.c_str(), &there) != 0 || there.st_uid == 0) return;
  if (::setgroups(1, &there.st_gid) != 0 || ::setegid(there.st_gid) != 0 ||
      ::seteuid(there.st_uid) != 0)
    throw std::system_error{errno, std::generic_category(),
                            "cannot act as the owner of " + folder.string()};
}

}  // namespace foghorn
