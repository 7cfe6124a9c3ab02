#pragma once
// The list of those that are reached without a proxy: what no_proxy says.

#include <string_view>

#include "net/url.hpp"

namespace foghorn {

/// Whether `list` excepts the host of `url`, as curl reads it. Entries stand between commas or
/// spaces: "*" is every host; a name, with or without a dot before it, is that host and those below
/// it; an address, or a range of them ("10.0.0.0/8", "2001:db8::/32"), is that address or range,
/// of hosts that are given by address: nothing is looked up. ":port" behind an entry narrows it to
/// that port. What is none of these excepts nothing.
bool without_proxy(std::string_view list, const Url& url);

}  // namespace foghorn
