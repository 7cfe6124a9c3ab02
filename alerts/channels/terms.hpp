#pragma once
// The value that decided, in words: "sum(LIQ.BTC.long, 1h)" is 近 1 小时合计 of BTC longs.

#include <string>

#include "model/alert_event.hpp"

namespace foghorn {

/// What moved and by how much, on one line: from the event's move where it has one, else from its
/// value and term. Empty where it has neither.
std::string value_text(const AlertEvent& event, Language language);

/// The same in short, for a line among many: without the price that it came from.
std::string brief_text(const AlertEvent& event, Language language);

/// Whether these speak of another instrument than the event's: its price, sources and market beside
/// them would be taken for that one's.
bool tells_of_another(const AlertEvent& event);

/// "85.91 美元/桶"; of a share "92.30%".
std::string priced_text(double price, const AlertEvent& event, Language language);

}  // namespace foghorn
