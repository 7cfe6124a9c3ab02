#pragma once
// `sudo foghorn …` beside a daemon that is not root's: what it makes belongs to the daemon.

#include <filesystem>

namespace foghorn {

/// As root, goes on as the user to whom `folder` belongs: files that it makes there are that
/// user's, who could not write root's. Does nothing for other users, and where there is no folder
/// yet. Open what only root may read before.
void act_as_owner_of(const std::filesystem::path& folder);

}  // namespace foghorn
