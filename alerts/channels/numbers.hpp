#pragma once
// Numbers, units and spans of time in words, as a Chinese or an English newsroom writes them.

#include <string>
#include <string_view>

#include "alerts/channels/zone.hpp"
#include "model/text.hpp"
#include "model/time.hpp"

namespace foghorn {

/// A price: "85.91", "78,012", "0.0712"; as price_number() of model/honest_number.hpp.
std::string price_text(double price);

/// A sum of money or a count that grows large, cut, so that it stays a lower bound: "3.21 亿",
/// "12.5 万", "321.00 million", "950".
std::string amount_text(double amount, Language language);

/// A ratio as a percentage without a sign: 0.109372 is "10.94%", 0.09996 "9.996%".
std::string percent_text(double ratio);

/// An instrument's unit: "USD/bbl" is "美元/桶". One that is not known stays as it is.
std::string unit_text(std::string_view unit, Language language);

/// A window: "24 小时", "5 分钟", "7 天"; "24 h", "5 min", "7 d".
std::string window_text(Duration window, Language language);

/// A time that passed, in its two largest units: "1 小时 23 分", "1 h 23 min".
std::string elapsed_text(Duration elapsed, Language language);

/// A moment, to the second, by the clock of `zone`, saying so: "2026-04-17 22:15:03（北京时间）",
/// "2026-04-17 10:15:03 UTC-4". Without a zone Beijing's for zh, UTC for en.
std::string moment_text(Timestamp t, Language language, const Zone* zone = nullptr);

/// A moment to the minute, in the same clock: "04-16 03:12".
std::string minute_text(Timestamp t, Language language, const Zone* zone = nullptr);

/// A moment before `now`, to the minute and in the same clock: "03:12", on another day "04-16
/// 03:12".
std::string since_text(Timestamp t, Timestamp now, Language language, const Zone* zone = nullptr);

/// A trading day, given as its midnight UTC: "2024 年 8 月 5 日", "5 August 2024".
std::string day_text(Timestamp day, Language language);

/// "1986 年 1 月", "January 1986".
std::string month_text(Timestamp day, Language language);

/// What moment_text() says of the clock: "北京时间", "UTC-4".
std::string clock_text(Timestamp t, Language language, const Zone* zone = nullptr);

}  // namespace foghorn
