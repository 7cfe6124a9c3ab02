// [capture].

#include <fmt/format.h>

#include <array>
#include <charconv>

#include "daemon/config/sections.hpp"
#include "daemon/config/wording.hpp"

namespace foghorn {
namespace {

constexpr std::uint64_t mebibyte = 1u << 20;
constexpr std::array<std::pair<std::string_view, std::uint64_t>, 4> units{
    {{"KiB", 1024}, {"MiB", mebibyte}, {"GiB", 1024 * mebibyte}, {"TiB", mebibyte* mebibyte}}};

/// "2GiB"; nullopt for anything else.
std::optional<std::uint64_t> parse_bytes(std::string_view text) {
  std::uint64_t count{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
  if (error != std::errc{} || count > 1'000'000) return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  for (const auto& [unit, bytes] : units)
    if (text == unit) return count * bytes;
  return std::nullopt;
}

std::uint64_t read_bytes(TableReader& table, std::string_view key, std::uint64_t fallback,
                         std::uint64_t least) {
  const auto written = table.text(key);
  if (!written) return fallback;
  const auto bytes = parse_bytes(*written);
  if (!bytes) {
    table.refuse(key, echoed(*written) + " is not a size",
                 R"(write a whole number and its unit, like "2GiB" or "500MiB")");
  } else if (*bytes < least) {
    table.refuse(key, echoed(*written) + " is too little", R"(write "16MiB" or more)");
  }
  return bytes.value_or(fallback);
}

}  // namespace

CaptureSpec read_capture(TableReader table, const Surroundings& around,
                         const std::filesystem::path& data_dir) {
  CaptureSpec capture;
  capture.enabled = table.flag("enabled").value_or(capture.enabled);
  capture.dir = path_at(table, "dir", around).value_or(data_dir / "capture");
  capture.max_bytes = read_bytes(table, "max_bytes", capture.max_bytes, 16 * mebibyte);
  capture.rotate = table.duration("rotate", std::chrono::minutes{1}).value_or(capture.rotate);
  table.refuse_unknown_keys();
  return capture;
}

}  // namespace foghorn
