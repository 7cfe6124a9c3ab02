#pragma once
// What a reader sees of a message: its markup taken away.

#include <string>
#include <string_view>

namespace foghorn::sim {

/// WeCom's markdown: headings, bold, inline code, quotes, links as "name (address)", font colours
/// and mentions.
std::string wecom_to_plain(std::string_view markdown);

/// Slack's mrkdwn: bold, italics, code, quotes, <links|with names>, and the three escapes.
std::string slack_to_plain(std::string_view mrkdwn);

/// Telegram's HTML: bold, and the three escapes.
std::string html_to_plain(std::string_view html);

/// `text` in a frame under `head`, ready for a terminal; ends with a newline.
std::string framed(std::string_view head, std::string_view text);

}  // namespace foghorn::sim
